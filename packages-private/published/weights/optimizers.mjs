export { Adam } from '@tapegrad/optimizers'
