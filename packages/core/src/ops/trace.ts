import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type DiagonalOptions, diagonalOf } from './diagonal.ts'
import { sum } from './sum.ts'

/**
 * The sum of a diagonal of matrices, Σᵢ x[…, i, i + offset].
 *
 * @param x A tensor of any dtype and a rank of at least 2; bool and uint8 are summed as int32, which wraps.
 * @param options `offset` (default: 0), `axis1` (default: 0) and `axis2` (default: 1), as of {@link diagonal}.
 * @returns A tensor without the two axes; 0 where the diagonal has no elements.
 * @throws {@link ShapeError} for a lower rank, axes that the tensor does not have or that are the same, {@link ArgumentError} for an offset that is not a whole number.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.trace.html
 * @example
 * ```ts
 * trace(tensor([[1, 2], [3, 4]])) // 5
 * ```
 */
export function trace(x: Tensor, options: DiagonalOptions = {}): Tensor {
  return tidy(() => sum(diagonalOf('trace', x, options), { axis: -1 }))
}
