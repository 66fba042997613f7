export { type CpuBackend, cpuBackend } from './cpu-backend.ts'
export type { CpuBackendOptions } from './options.ts'
