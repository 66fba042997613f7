/** The data types, from the weakest to the strongest in promotion. */
export const dtypes = ['bool', 'uint8', 'int32', 'float32', 'float64'] as const

/** A data type of tensors. */
export type DType = (typeof dtypes)[number]

/** The data types that gradients flow through. */
export type FloatDType = 'float32' | 'float64'

/** The typed array that holds each data type on the host; a bool is one byte, 0 or 1. */
export interface DataOf {
  bool: Uint8Array
  uint8: Uint8Array
  int32: Int32Array
  float32: Float32Array
  float64: Float64Array
}

/** Host data of any data type. */
export type Data = DataOf[DType]

const arrays: { readonly [D in DType]: new (length: number) => DataOf[D] } = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
}

const sizes: Readonly<Record<DType, number>> = { bool: 1, uint8: 1, int32: 4, float32: 4, float64: 8 }

const rank: Readonly<Record<DType, number>> = { bool: 0, uint8: 1, int32: 2, float32: 3, float64: 4 }

/** A zero-filled typed array for `length` elements of `dtype`. */
export function allocateData<D extends DType>(dtype: D, length: number): DataOf[D] {
  return new arrays[dtype](length)
}

/** Bytes of one element. */
export function bytesPerElement(dtype: DType): number {
  return sizes[dtype]
}

/** Whether `value` names a data type. */
export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(sizes, value)
}

/** Whether gradients flow through `dtype`. */
export function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === 'float32' || dtype === 'float64'
}

/** The stronger of two data types: bool < uint8 < int32 < float32 < float64. */
export function promoteTypes(a: DType, b: DType): DType {
  return rank[a] >= rank[b] ? a : b
}

/** The data type of results that are fractions (division, mean, exp): floats stay, the others give float32. */
export function toFloatType(dtype: DType): FloatDType {
  return dtype === 'float64' ? 'float64' : 'float32'
}
