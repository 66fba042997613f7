import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkSort, type SortOptions } from './arg-sort.ts'
import { gatherAlong } from './gather-along.ts'
import { sortPositions } from './sort-positions.ts'

/**
 * The elements along an axis in ascending order.
 *
 * The order is stable, also where it is descending. NaN counts as greater than every number: it comes last, and first
 * where the order is descending. Gradients go back to where the elements came from.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param options `axis` (default: −1) and `descending` (default: false).
 * @returns A tensor of the same shape and dtype.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sort.html
 * @example
 * ```ts
 * sort(tensor([3, 1, 2])) // [1, 2, 3]
 * sort(tensor([[3, 1], [2, 4]]), { axis: 0, descending: true }) // [[3, 4], [2, 1]]
 * ```
 */
export function sort<D extends DType>(x: Tensor<D>, options: SortOptions = {}): Tensor<D> {
  const { axis, descending } = checkSort('sort', x, options)
  return tidy(() => sortAlong(x, axis, descending)) as Tensor<D>
}

/** {@link sort} along an axis that is known to exist. */
export function sortAlong(x: Tensor, axis: number, descending: boolean): Tensor {
  return gatherAlong(x, sortPositions(x, { axis, descending }), { axis, length: x.shape[axis]! })
}
