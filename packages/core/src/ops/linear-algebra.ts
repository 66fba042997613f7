export { dot } from './dot.ts'
export { inner } from './inner.ts'
export { outer } from './outer.ts'
export { type TensordotOptions, tensordot } from './tensordot.ts'
