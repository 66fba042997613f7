import type { Tensor } from '../tensor/tensor.ts'
import { type ArgReductionOptions, argReduceAlong } from './arg-reduction.ts'

/**
 * The position of the smallest element along an axis: the first of equals, and the first NaN where there is one.
 *
 * No gradient flows.
 *
 * @param x A tensor of any dtype.
 * @param options `axis` (default: the position in all elements in row-major order) and `keepDims` (default: false).
 * @returns An int32 tensor of the positions.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} where there is nothing to choose from.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argmin.html
 * @example
 * ```ts
 * argMin(tensor([[1, 5], [3, 2]])) // 0
 * argMin(tensor([[1, 5], [3, 2]]), { axis: 1 }) // [0, 1]
 * ```
 */
export function argMin(x: Tensor, options?: ArgReductionOptions): Tensor<'int32'> {
  return argReduceAlong('argMin', 'min', x, options)
}
