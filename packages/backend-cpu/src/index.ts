export { cpuBackend } from './cpu-backend.ts'
export type { CpuBackend } from './custom-backend.ts'
export type { CpuBackendOptions } from './options.ts'
