export type { ReferenceOptions } from './options.ts'
export { ReferenceBackend, referenceBackend } from './reference-backend.ts'
