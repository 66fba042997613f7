export { cpuBackend } from '@tapegrad/backend-cpu'
