import type { FunctionBuilder, LoadName, Local, PlainName } from '../assembler/index.ts'

/** How vectors of one element type are multiplied and added. */
export interface LaneType {
  readonly bytes: 4 | 8
  readonly splat: LoadName
  readonly mul: PlainName
  readonly add: PlainName
  /** Both in one instruction, where that is wanted. */
  readonly multiplyAdd?: PlainName
}

/** The element types that are multiplied in vectors. */
export type LaneTypes = Readonly<Record<'float32' | 'float64' | 'int32', LaneType>>

/** The element types, of floats with products and sums in one instruction where `fused`. */
export function laneTypes(fused: boolean): LaneTypes {
  return {
    float32: {
      bytes: 4,
      splat: 'v128.load32_splat',
      mul: 'f32x4.mul',
      add: 'f32x4.add',
      ...(fused ? { multiplyAdd: 'f32x4.relaxed_madd' } : {}),
    },
    float64: {
      bytes: 8,
      splat: 'v128.load64_splat',
      mul: 'f64x2.mul',
      add: 'f64x2.add',
      ...(fused ? { multiplyAdd: 'f64x2.relaxed_madd' } : {}),
    },
    int32: { bytes: 4, splat: 'v128.load32_splat', mul: 'i32x4.mul', add: 'i32x4.add' },
  }
}

/** How many elements a vector has. */
export function lanesOf({ bytes }: LaneType): number {
  return 16 / bytes
}

/** sum = sum + left · right. */
export function addProduct(
  fn: FunctionBuilder,
  type: LaneType,
  sum: Local<'v128'>,
  left: Local<'v128'>,
  right: Local<'v128'>,
): void {
  if (type.multiplyAdd === undefined) fn.get(sum).op(type.mul, left, right).op(type.add).set(sum)
  else fn.op(type.multiplyAdd, left, right, sum).set(sum)
}
