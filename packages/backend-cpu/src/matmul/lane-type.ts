import type { LoadName, PlainName } from '../assembler/index.ts'

/** How vectors of one element type are multiplied and added. */
export interface LaneType {
  readonly bytes: 4 | 8
  readonly splat: LoadName
  readonly mul: PlainName
  readonly add: PlainName
}

/** The element types that are multiplied in vectors. */
export const laneTypes: Readonly<Record<'float32' | 'float64' | 'int32', LaneType>> = {
  float32: { bytes: 4, splat: 'v128.load32_splat', mul: 'f32x4.mul', add: 'f32x4.add' },
  float64: { bytes: 8, splat: 'v128.load64_splat', mul: 'f64x2.mul', add: 'f64x2.add' },
  int32: { bytes: 4, splat: 'v128.load32_splat', mul: 'i32x4.mul', add: 'i32x4.add' },
}

/** How many elements a vector has. */
export function lanesOf({ bytes }: LaneType): number {
  return 16 / bytes
}
