import type { DType } from '@tapegrad/core'

/** What the oracle computes with: the elements of a tensor in row-major order, as double-precision numbers. */
export interface OracleArray {
  readonly shape: readonly number[]
  readonly values: readonly number[]
  readonly dtype: DType
}

/** A number in place of an array takes part as in core: it has no dtype of its own. */
export type OracleInput = OracleArray | number

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, side) => count * side, 1)
}

/** Every multi-index of a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  const indices: number[][] = []
  const index = shape.map(() => 0)
  for (let count = elementCount(shape); count > 0; count--) {
    indices.push([...index])
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++
      if (index[axis]! < shape[axis]!) break
      index[axis] = 0
    }
  }
  return indices
}

/** Where a multi-index lies in the row-major order of a shape. */
export function positionOf(shape: readonly number[], index: readonly number[]): number {
  let position = 0
  for (let axis = 0; axis < shape.length; axis++) position = position * shape[axis]! + index[axis]!
  return position
}

/** The element at a multi-index. */
export function elementAt(x: OracleArray, index: readonly number[]): number {
  return x.values[positionOf(x.shape, index)]!
}

/** An array computed from its multi-indices, every element stored as `dtype` stores it. */
export function build(
  shape: readonly number[],
  dtype: DType,
  element: (index: readonly number[]) => number,
): OracleArray {
  return { shape, dtype, values: indicesOf(shape).map((index) => store(element(index), dtype)) }
}

/** The number that an element of `dtype` holds after `value` was written to it. */
export function store(value: number, dtype: DType): number {
  if (dtype === 'float64') return value
  if (dtype === 'float32') return Math.fround(value)
  if (dtype === 'bool') return value !== 0 ? 1 : 0
  if (!Number.isFinite(value)) return 0
  const whole = BigInt(Math.trunc(value))
  return Number(dtype === 'int32' ? BigInt.asIntN(32, whole) : BigInt.asUintN(8, whole))
}

export function isFloatType(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64'
}

const strength: readonly DType[] = ['bool', 'uint8', 'int32', 'float32', 'float64']

/** The stronger of two dtypes. */
export function promote(a: DType, b: DType): DType {
  return strength.indexOf(a) >= strength.indexOf(b) ? a : b
}

/** The dtype of fractions computed from `dtype`. */
export function toFloat(dtype: DType): DType {
  return dtype === 'float64' ? 'float64' : 'float32'
}

/** The dtype of arithmetic with `dtype`. */
export function toNumeric(dtype: DType): DType {
  return dtype === 'bool' ? 'int32' : dtype
}
