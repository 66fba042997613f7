import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cumulativeExtreme } from './cumulative-extreme.ts'
import type { ValuesAndIndices } from './values-and-indices.ts'

/**
 * The largest of all elements up to each one along an axis, and where it lies: outᵢ = max xⱼ over j ≤ i.
 *
 * NaN where any element so far is NaN. Of equal elements the last one counts, which also gets the gradient.
 *
 * @param x A tensor of any dtype.
 * @param options `axis` (default: all elements in row-major order, as one line).
 * @returns `values`, of the same shape and dtype, and `indices`, their int32 positions along the axis; without an axis both have rank 1, also of a scalar.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://pytorch.org/docs/stable/generated/torch.cummax.html
 * @example
 * ```ts
 * cummax(tensor([1, 3, 2, 4])).values // [1, 3, 3, 4]
 * cummax(tensor([1, 3, 2, 4])).indices // [0, 1, 1, 3]
 * cummax(tensor([[1, 0], [0, 1]]), { axis: 0 }).values // [[1, 0], [1, 1]]
 * ```
 */
export function cummax<D extends DType>(
  x: Tensor<D>,
  options: { readonly axis?: number } = {},
): ValuesAndIndices<D> {
  return cumulativeExtreme('cummax', 'max', x, options)
}
