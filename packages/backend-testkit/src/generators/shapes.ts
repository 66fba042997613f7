import fc, { type Arbitrary } from 'fast-check'
import { elementCount } from '../oracle/array.ts'

export interface ShapeOptions {
  readonly minRank?: number
  readonly maxRank?: number
  /** The most elements. Default: 280. */
  readonly maxSize?: number
  /** Whether sides of 0 may occur. Default: true. */
  readonly empty?: boolean
}

/** Sides that leave a rest whatever the width of vectors and blocks is, and are longer than a few of them. */
const sides: Arbitrary<number> = /* @__PURE__ */ fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1) },
  { weight: 8, arbitrary: fc.constantFrom(2, 3) },
  { weight: 8, arbitrary: fc.constantFrom(5, 7, 17) },
  { weight: 2, arbitrary: fc.constantFrom(33, 130) },
)

const sidesOrNone: Arbitrary<number> = /* @__PURE__ */ fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 19, arbitrary: sides },
)

/** Shapes of rank 0 to 6 with few elements. */
export function shapes({
  minRank = 0,
  maxRank = 6,
  maxSize = 280,
  empty = true,
}: ShapeOptions = {}): Arbitrary<number[]> {
  return fc
    .array(empty ? sidesOrNone : sides, { minLength: minRank, maxLength: maxRank, size: 'max' })
    .map((shape) => limit(shape, maxSize))
}

/**
 * The shape with sides replaced by smaller ones until it has few enough elements. A side of 0 counts as 1, which it
 * is in a shape that broadcasts to this one.
 */
function limit(shape: readonly number[], maxSize: number): number[] {
  const limited = [...shape]
  const count = (): number => elementCount(limited.map((side) => Math.max(side, 1)))
  for (let axis = 0; count() > maxSize; axis++) {
    limited[axis] =
      limited[axis]! > 3 && count() / limited[axis]! <= maxSize / 2 ? 2 : Math.min(limited[axis]!, 1)
  }
  return limited
}

/** Shapes that broadcast to one another: axes of a common shape are dropped in front or become 1. */
export function broadcastableShapes(count: number, options: ShapeOptions = {}): Arbitrary<number[][]> {
  return shapes(options).chain((shape) => {
    const axes = shape.length
    const reduced = fc
      .tuple(
        fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(axes) }),
        fc.array(fc.boolean(), { minLength: axes, maxLength: axes }),
        fc.boolean(),
      )
      .map(([dropped, ones, whole]) =>
        whole ? shape : shape.map((side, axis) => (ones[axis] ? 1 : side)).slice(dropped),
      )
    return fc.array(reduced, { minLength: count, maxLength: count })
  })
}

/** An axis of a rank, counted from either end. */
export function axisOf(rank: number): Arbitrary<number> {
  return fc.integer({ min: -rank, max: rank - 1 })
}

/** Some axes of a rank, each once. */
export function axesOf(rank: number): Arbitrary<number[]> {
  return fc.subarray(Array.from({ length: rank }, (_, i) => i))
}

/** All axes of a rank in any order. */
export function permutationOf(rank: number): Arbitrary<number[]> {
  const axes = Array.from({ length: rank }, (_, i) => i)
  return fc.shuffledSubarray(axes, { minLength: rank, maxLength: rank })
}
