import type { DType, ReduceOp } from '@tapegrad/core'
import type { FunctionBuilder, LaneShape, Local, PlainName, StoreLaneName } from '../assembler/index.ts'

/** How vectors of one dtype are reduced. */
export interface VectorReducer {
  readonly bytes: 1 | 4 | 8
  readonly lanes: number
  readonly shape: LaneShape
  readonly combine: PlainName
  readonly storeLane: StoreLaneName
  /** The neutral element; −0 for sums of floats, since 0 + −0 is 0. */
  readonly start: number
  /** Whether totals are float64: sums of float32 are, which are only added among few neighbours before. */
  readonly wide: boolean
}

const float32 = { bytes: 4, lanes: 4, shape: 'f32x4', storeLane: 'v128.store32_lane', wide: false } as const
const float64 = { bytes: 8, lanes: 2, shape: 'f64x2', storeLane: 'v128.store64_lane', wide: false } as const
const int32 = { bytes: 4, lanes: 4, shape: 'i32x4', storeLane: 'v128.store32_lane', wide: false } as const
const byte = { bytes: 1, lanes: 16, shape: 'i8x16', storeLane: 'v128.store8_lane', wide: false } as const

const bytes: Partial<Record<ReduceOp, VectorReducer>> = {
  max: { ...byte, combine: 'i8x16.max_u', start: 0 },
  min: { ...byte, combine: 'i8x16.min_u', start: 255 },
}

/** The reductions that have vector kernels; a bool's sum and product are its maximum and minimum. */
export const vectorReducers: Readonly<Record<DType, Partial<Record<ReduceOp, VectorReducer>>>> = {
  float32: {
    sum: { ...float32, combine: 'f32x4.add', start: -0, wide: true },
    max: { ...float32, combine: 'f32x4.max', start: -Infinity },
    min: { ...float32, combine: 'f32x4.min', start: Infinity },
  },
  float64: {
    sum: { ...float64, combine: 'f64x2.add', start: -0 },
    prod: { ...float64, combine: 'f64x2.mul', start: 1 },
    max: { ...float64, combine: 'f64x2.max', start: -Infinity },
    min: { ...float64, combine: 'f64x2.min', start: Infinity },
  },
  int32: {
    sum: { ...int32, combine: 'i32x4.add', start: 0 },
    prod: { ...int32, combine: 'i32x4.mul', start: 1 },
    max: { ...int32, combine: 'i32x4.max_s', start: -(2 ** 31) },
    min: { ...int32, combine: 'i32x4.min_s', start: 2 ** 31 - 1 },
  },
  uint8: bytes,
  bool: { ...bytes, sum: bytes.max!, prod: bytes.min! },
}

/** Adds the four float32 of a vector to two vectors of float64 totals. */
export function addWide(fn: FunctionBuilder, vector: Local<'v128'>, totals: readonly Local<'v128'>[]): void {
  const [low, high] = totals
  fn.op('f64x2.promote_low_f32x4', vector).op('f64x2.add', low!).set(low!)
  fn.shuffle([2, 3, 2, 3], vector, vector).op('f64x2.promote_low_f32x4').op('f64x2.add', high!).set(high!)
}
