export { cases } from '@tapegrad/backend-testkit'
