import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { resolveRange, type SliceRange } from './range.ts'
import { type Region, sliceRegion } from './region.ts'

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
  const selected = x.shape.map((side, axis) => resolveRange('slice', ranges[axis] ?? null, side, axis))
  return {
    whole: x.shape,
    begin: selected.map(({ begin }) => begin),
    step: selected.map(({ step }) => step),
    shape: selected.map(({ length }) => length),
  }
}
