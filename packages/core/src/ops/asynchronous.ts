export { booleanMask } from './boolean-mask.ts'
export { nonzero } from './nonzero.ts'
export { type Unique, type UniqueOptions, unique } from './unique.ts'
