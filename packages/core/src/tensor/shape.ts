import { ArgumentError, ShapeError } from '../errors/index.ts'

/** The sizes of a tensor's dimensions. */
export type Shape = readonly number[]

/** The shape of a scalar, shared by all of them. */
export const scalarShape: Shape = Object.freeze([])

/** The number of elements: the product of the sizes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (let i = 0; i < shape.length; i++) size *= shape[i]!
  return size
}

/** The strides of a row-major layout without gaps. */
export function rowMajorStrides(shape: Shape): readonly number[] {
  if (shape.length === 0) return scalarShape
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step
    step *= shape[i]!
  }
  return strides
}

/** Whether `strides` walk `shape` in row-major order without gaps; strides of dimensions of size 1 do not matter. */
export function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return false
    step *= shape[i]!
  }
  return true
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/**
 * The shape that two shapes broadcast to, or `undefined` where they do not: aligned at the last axis, sizes are
 * equal or one of them is 1.
 */
export function broadcastShape(a: Shape, b: Shape): Shape | undefined {
  if (sameShape(a, b)) return a
  const rank = Math.max(a.length, b.length)
  const out = new Array<number>(rank)
  for (let i = 0; i < rank; i++) {
    const m = a[i - rank + a.length] ?? 1
    const n = b[i - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1) return undefined
    out[i] = m === 1 ? n : m
  }
  return out
}

/** As NumPy's bound: deeper nesting is a mistake. */
export const mostDimensions = 64

/** Checks a shape that a user passed, and freezes a copy of it. */
export function checkShape(op: string, shape: unknown, name = 'shape'): Shape {
  if (!Array.isArray(shape)) {
    throw new ArgumentError(`${name} is not an array of sizes`, {
      op,
      received: { [name]: shape },
      expected: 'an array such as [2, 3]',
    })
  }
  if (shape.length > mostDimensions) {
    throw new ShapeError(`${name} has too many dimensions`, {
      op,
      received: { [name]: shape },
      expected: `at most ${mostDimensions}`,
    })
  }
  let count = 1
  for (const side of shape as unknown[]) {
    if (!Number.isInteger(side) || (side as number) < 0) {
      throw new ShapeError(`${name} has a size that is not a whole number of at least 0`, {
        op,
        received: { [name]: shape },
      })
    }
    // Strides are counted in elements too: a side of 0 must not hide what cannot be counted.
    count *= (side as number) || 1
  }
  if (count > Number.MAX_SAFE_INTEGER)
    throw new ShapeError(`${name} has more elements than can be counted`, { op, received: { [name]: shape } })
  // Adding 0 turns −0 into 0.
  return Object.freeze((shape as number[]).map((side) => side + 0))
}

/** Turns a possibly negative axis into one from 0 to rank − 1. */
export function normalizeAxis(op: string, axis: number, rank: number, name = 'axis'): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(`${name} is outside the tensor's dimensions`, {
      op,
      received: { [name]: axis, rank },
      expected: rank === 0 ? 'no axis: a scalar has none' : `a whole number from ${-rank} to ${rank - 1}`,
    })
  }
  return axis < 0 ? axis + rank : axis + 0
}

function allAxes(rank: number): number[] {
  const axes = new Array<number>(rank)
  for (let i = 0; i < rank; i++) axes[i] = i
  return axes
}

/** Axes in ascending order, without negatives; `undefined` stands for all of them. Repeated axes are an error. */
export function normalizeAxes(
  op: string,
  axis: number | readonly number[] | undefined,
  rank: number,
): readonly number[] {
  if (axis === undefined) return allAxes(rank)
  if (!Array.isArray(axis)) return [normalizeAxis(op, axis as number, rank)]
  const axes = Array.from(axis as readonly number[], (a) => normalizeAxis(op, a, rank)).sort((a, b) => a - b)
  if (new Set(axes).size < axes.length) {
    throw new ShapeError('an axis is named twice', { op, received: { axis, rank } })
  }
  return axes
}
