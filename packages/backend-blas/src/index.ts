export { type BlasBackend, blasBackend } from './blas-backend.ts'
export type { BlasBackendOptions } from './options.ts'
