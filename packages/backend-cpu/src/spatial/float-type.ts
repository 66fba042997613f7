import type { FunctionBuilder, Local } from '../assembler/index.ts'

/** An element type of convolutions and pooling. */
export interface FloatType {
  readonly bytes: 4 | 8
  readonly scalar: 'f32' | 'f64'
  readonly vector: 'f32x4' | 'f64x2'
  /** How many elements are taken at once: ever fewer, the last time one. */
  readonly lanes: readonly number[]
}

export const floatTypes: Readonly<Record<'float32' | 'float64', FloatType>> = {
  float32: { bytes: 4, scalar: 'f32', vector: 'f32x4', lanes: [4, 1] },
  float64: { bytes: 8, scalar: 'f64', vector: 'f64x2', lanes: [2, 1] },
}

/** The dtypes of convolutions and pooling. */
export type FloatDType = keyof typeof floatTypes

/** Pushes the elements at an address: a vector, or one. */
export function load(fn: FunctionBuilder, type: FloatType, address: Local<'i32'>, lanes: number): void {
  fn.load(lanes > 1 ? 'v128.load' : `${type.scalar}.load`, address)
}

/** Writes the elements on the stack to the address under them. */
export function store(fn: FunctionBuilder, type: FloatType, lanes: number): void {
  fn.storeStack(lanes > 1 ? 'v128.store' : `${type.scalar}.store`)
}

/** An operation on what is on the stack. */
export function calculate(
  fn: FunctionBuilder,
  type: FloatType,
  op: 'add' | 'mul' | 'div' | 'max',
  lanes: number,
): void {
  fn.op(lanes > 1 ? `${type.vector}.${op}` : `${type.scalar}.${op}`)
}
