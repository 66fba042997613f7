export { gpuBackend } from '@tapegrad/backend-gpu'
