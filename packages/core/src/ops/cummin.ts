import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cumulativeExtreme } from './cumulative-extreme.ts'
import type { ValuesAndIndices } from './values-and-indices.ts'

/**
 * The smallest of all elements up to each one along an axis, and where it lies: outᵢ = min xⱼ over j ≤ i.
 *
 * NaN where any element so far is NaN. Of equal elements the last one counts, which also gets the gradient.
 *
 * @param x A tensor of any dtype.
 * @param options `axis` (default: all elements in row-major order, as one line).
 * @returns `values`, of the same shape and dtype, and `indices`, their int32 positions along the axis; without an axis both have rank 1, also of a scalar.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://pytorch.org/docs/stable/generated/torch.cummin.html
 * @example
 * ```ts
 * cummin(tensor([3, 1, 2, 0])).values // [3, 1, 1, 0]
 * cummin(tensor([3, 1, 2, 0])).indices // [0, 1, 1, 3]
 * cummin(tensor([[1, 0], [0, 1]]), { axis: 0 }).values // [[1, 0], [0, 0]]
 * ```
 */
export function cummin<D extends DType>(
  x: Tensor<D>,
  options: { readonly axis?: number } = {},
): ValuesAndIndices<D> {
  return cumulativeExtreme('cummin', 'min', x, options)
}
