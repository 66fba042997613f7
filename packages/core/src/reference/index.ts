export { type BinaryFunction, binaryFunction } from './binary-functions.ts'
export type { ReferenceOptions } from './options.ts'
export { ReferenceBackend, referenceBackend } from './reference-backend.ts'
export { unaryFunctions } from './unary-functions.ts'
