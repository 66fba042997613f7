import type { Tensor } from '../tensor/tensor.ts'
import { type ArgReductionOptions, argReduceAlong } from './arg-reduction.ts'

/**
 * The position of the largest element along an axis: the first of equals, and the first NaN where there is one.
 *
 * No gradient flows.
 *
 * @param x A tensor of any dtype.
 * @param options `axis` (default: the position in all elements in row-major order) and `keepDims` (default: false).
 * @returns An int32 tensor of the positions.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} where there is nothing to choose from.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argmax.html
 * @example
 * ```ts
 * argMax(tensor([[1, 5], [3, 2]])) // 1
 * argMax(tensor([[1, 5], [3, 2]]), { axis: 1 }) // [1, 0]
 * ```
 */
export function argMax(x: Tensor, options?: ArgReductionOptions): Tensor<'int32'> {
  return argReduceAlong('argMax', 'max', x, options)
}
