import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Region, sliceRegion } from './region.ts'

/** What {@link slice} takes of one axis: start (inclusive), stop (exclusive), step; null stands for the default. */
export type SliceRange = readonly [start: number | null, stop?: number | null, step?: number | null]

/**
 * A view of part of a tensor, as NumPy's `x[start:stop:step, …]`; nothing is copied.
 *
 * Negative bounds count from the end, bounds beyond the ends stop there, and a negative step walks backward. Element
 * i along an axis is element `start + i·step` of the tensor. The number of axes stays. The gradient is zero outside
 * the part.
 *
 * @param x A tensor of any dtype.
 * @param ranges One range for each axis, null for a whole one; axes without a range are taken whole.
 * @throws {@link ShapeError} for more ranges than axes, {@link ArgumentError} for bounds that are not whole numbers or a step of 0.
 * @see https://numpy.org/doc/stable/user/basics.indexing.html#slicing-and-striding
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]])
 * slice(x, [null, [1]]) // [[2, 3], [5, 6]]
 * slice(x, [[0, 1], [null, null, -1]]) // [[3, 2, 1]]
 * ```
 */
export function slice<D extends DType>(x: Tensor<D>, ranges: readonly (SliceRange | null)[]): Tensor<D> {
  checkInput('slice', 'x', x)
  return sliceRegion(x, regionOf(x, ranges)) as Tensor<D>
}

function regionOf(x: Tensor, ranges: readonly (SliceRange | null)[]): Region {
  if (!Array.isArray(ranges)) {
    throw new ArgumentError('ranges is not an array', {
      op: 'slice',
      received: { ranges },
      expected: 'a range or null for each axis, such as [null, [0, 2]]',
    })
  }
  if (ranges.length > x.shape.length) {
    throw new ShapeError('there are more ranges than axes', {
      op: 'slice',
      received: { x, ranges },
      expected: `at most ${x.shape.length}`,
    })
  }
  const selected = x.shape.map((side, axis) => resolveRange(ranges[axis] ?? null, side, axis))
  return {
    whole: x.shape,
    begin: selected.map(({ begin }) => begin),
    step: selected.map(({ step }) => step),
    shape: selected.map(({ length }) => length),
  }
}

interface Selection {
  readonly begin: number
  readonly step: number
  readonly length: number
}

function resolveRange(range: SliceRange | null, side: number, axis: number): Selection {
  if (range === null) return { begin: 0, step: 1, length: side }
  checkRange(range, axis)
  const [start, stop] = range
  const step = range[2] ?? 1
  // Backward, the position before the first element is a bound too.
  const [first, last] = step > 0 ? [0, side] : [-1, side - 1]
  const resolve = (bound: number): number => clamp(bound < 0 ? bound + side : bound, first, last)
  const begin = resolveOr(start, step > 0 ? first : last, resolve)
  const end = resolveOr(stop, step > 0 ? last : first, resolve)
  return { begin, step, length: Math.max(0, Math.ceil((end - begin) / step)) }
}

function resolveOr(
  bound: number | null | undefined,
  byDefault: number,
  resolve: (bound: number) => number,
): number {
  return bound === null || bound === undefined ? byDefault : resolve(bound)
}

function clamp(bound: number, least: number, most: number): number {
  return Math.min(Math.max(bound, least), most)
}

function checkRange(range: SliceRange, axis: number): void {
  const isRange =
    Array.isArray(range) &&
    range.length >= 1 &&
    range.length <= 3 &&
    range.every((bound: unknown) => bound === null || bound === undefined || Number.isInteger(bound))
  if (isRange && range[2] !== 0) return
  throw new ArgumentError(isRange ? 'a step is 0' : 'a range is not made of one to three whole numbers', {
    op: 'slice',
    received: { range, axis },
    expected: '[start, stop, step] with a step other than 0, or null for the whole axis',
    hint: 'null for a bound means the end of the axis',
  })
}
