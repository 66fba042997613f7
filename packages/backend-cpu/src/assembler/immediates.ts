import { unsignedLeb128 } from './leb128.ts'

/** The vector shapes that constants can have. */
export type LaneShape = 'f32x4' | 'f64x2' | 'i32x4' | 'i16x8' | 'i8x16'

const laneCounts: Readonly<Record<LaneShape, number>> = { f32x4: 4, f64x2: 2, i32x4: 4, i16x8: 8, i8x16: 16 }

const laneArrays = {
  f32x4: Float32Array,
  f64x2: Float64Array,
  i32x4: Int32Array,
  i16x8: Int16Array,
  i8x16: Int8Array,
} as const

/**
 * What follows a memory instruction: the alignment that it promises, and its offset. We promise none: views start at
 * any element, and engines ignore it.
 */
export function memoryArgument(offset: number): number[] {
  const alignment = 0
  return [alignment, ...unsignedLeb128(offset)]
}

/** The 16 bytes of a vector; one value fills all lanes. */
export function laneBytes(shape: LaneShape, lanes: readonly number[]): number[] {
  const count = laneCounts[shape]
  if (lanes.length !== 1 && lanes.length !== count) {
    throw new Error(`${shape} has ${count} lanes: give one value or ${count}, not ${lanes.length}`)
  }
  const all = Array.from({ length: count }, (_, i) => lanes[i % lanes.length]!)
  return bytesOf(new laneArrays[shape](all))
}

/** The source bytes of a shuffle that picks lanes of equal width. */
export function shuffleBytes(lanes: readonly number[]): number[] {
  const width = 16 / lanes.length
  if (!Number.isInteger(width)) throw new Error(`a shuffle has 2, 4, 8 or 16 lanes, not ${lanes.length}`)
  return lanes.flatMap((lane) => Array.from({ length: width }, (_, byte) => lane * width + byte))
}

/** The bytes of a typed array, lowest first. */
export function bytesOf(values: ArrayBufferView): number[] {
  return [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]
}
