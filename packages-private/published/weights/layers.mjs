export { Dense, Sequential } from '@tapegrad/layers'
