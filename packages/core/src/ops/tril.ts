import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { triangleOf } from './triangle.ts'

/**
 * The lower triangle of matrices, with zeros above a diagonal.
 *
 * `out[…, i, j] = j ≤ i + k ? x[…, i, j] : 0`.
 *
 * @param x A tensor of any dtype and a rank of at least 2: matrices along the last two axes.
 * @param options `k` (default: 0): the last diagonal that stays, counted from the main one to the right.
 * @throws {@link ShapeError} for a lower rank, {@link ArgumentError} for a `k` that is not a whole number.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tril.html
 * @example
 * ```ts
 * tril(tensor([[1, 2], [3, 4]])) // [[1, 0], [3, 4]]
 * tril(tensor([[1, 2], [3, 4]]), { k: -1 }) // [[0, 0], [3, 0]]
 * ```
 */
export function tril<D extends DType>(x: Tensor<D>, options: { readonly k?: number } = {}): Tensor<D> {
  return triangleOf('tril', x, 'lower', options) as Tensor<D>
}
