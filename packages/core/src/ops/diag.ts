import { checkInput } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { checkShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { diagonalView, placeDiagonal } from './diagonal.ts'
import { checkDiagonal } from './triangle.ts'

/**
 * The matrix with a vector on its diagonal and zeros elsewhere, or the diagonal of a matrix.
 *
 * Of a vector of n elements it is a matrix of n + |k| rows and columns with `out[i, i + k] = x[i]`; of a matrix it is
 * a view of its diagonal, `out[i] = x[i, i + k]`.
 *
 * @param x A vector or a matrix of any dtype.
 * @param options `k` (default: 0): which diagonal, counted from the main one to the right; negative ones lie to the left.
 * @throws {@link ShapeError} for another rank, {@link ArgumentError} for a `k` that is not a whole number.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.diag.html
 * @example
 * ```ts
 * diag(tensor([1, 2])) // [[1, 0], [0, 2]]
 * diag(tensor([[1, 2], [3, 4]])) // [1, 4]
 * ```
 */
export function diag<D extends DType>(x: Tensor<D>, options: { readonly k?: number } = {}): Tensor<D> {
  checkInput('diag', 'x', x)
  checkOptionNames('diag', options, ['k'])
  const { shape } = x
  const offset = checkDiagonal('diag', 'k', options.k ?? 0)
  if (shape.length === 2) return diagonalView(x, { whole: shape, offset, axis1: 0, axis2: 1 }) as Tensor<D>
  if (shape.length !== 1) {
    throw new ShapeError('the tensor is neither a vector nor a matrix', {
      op: 'diag',
      received: { x },
      hint: 'for the diagonals of several matrices, use diagonal()',
    })
  }
  const side = shape[0]! + Math.abs(offset)
  const whole = checkShape('diag', [side, side])
  return placeDiagonal(x, { whole, offset, axis1: 0, axis2: 1 }) as Tensor<D>
}
