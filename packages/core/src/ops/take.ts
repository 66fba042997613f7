import { checkInput } from '../autodiff/inputs.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { flatten } from './flatten.ts'
import { gatherSlices } from './gather.ts'
import { checkIndices } from './gather-along.ts'

/**
 * The elements of a tensor at positions in row-major order, or, as {@link gather}, its slices at positions of an axis.
 *
 * @param x A tensor of any dtype.
 * @param indices An int32 or uint8 tensor of any shape, with positions from 0 to the number of elements, or the axis's size, − 1; negative ones are out of range.
 * @param options `axis` (default: none, so that the elements are counted in row-major order).
 * @returns A tensor of the indices' shape; with an axis, of shape `[...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]`.
 * @throws {@link DTypeError} for indices of another dtype, {@link ShapeError} for an axis that the tensor does not have, {@link IndexError} for an index out of range, where the backend checks indices; else the result is NaN there, for integers 0.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.take.html
 * @example
 * ```ts
 * const x = tensor([[1, 2], [3, 4]])
 * take(x, tensor([3, 0], { dtype: 'int32' })) // [4, 1]
 * take(x, tensor([1], { dtype: 'int32' }), { axis: 1 }) // [[2], [4]]
 * ```
 */
export function take<D extends DType>(
  x: Tensor<D>,
  indices: Tensor,
  options: { readonly axis?: number } = {},
): Tensor<D> {
  checkInput('take', 'x', x)
  checkIndices('take', indices, x)
  checkOptionNames('take', options, ['axis'])
  const { axis } = options
  if (axis !== undefined) return gatherSlices('take', x, indices, axis)
  return tidy(() => gatherSlices('take', flatten(x), indices, 0))
}
