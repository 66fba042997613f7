import { checkInput } from '../autodiff/inputs.ts'
import { checkFlag } from '../errors/flag.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { sortPositions } from './sort-positions.ts'

/** How {@link sort} and {@link argSort} order. */
export interface SortOptions {
  /** Negative ones count from the last. Default: −1. */
  readonly axis?: number
  /** Whether the greatest comes first. Default: false. */
  readonly descending?: boolean
}

/** Checks the arguments and completes the options. */
export function checkSort(op: string, x: Tensor, options: SortOptions): Required<SortOptions> {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['axis', 'descending'])
  const axis = normalizeAxis(op, options.axis ?? -1, x.shape.length)
  return { axis, descending: checkFlag(op, 'descending', options.descending) }
}

/**
 * The positions of the elements along an axis in ascending order of the elements.
 *
 * The order is stable: equal elements, −0 and 0 among them, stay in the order of their positions, also where it is
 * descending. NaN counts as greater than every number. No gradient flows.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param options `axis` (default: −1) and `descending` (default: false).
 * @returns An int32 tensor of the same shape.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argsort.html
 * @example
 * ```ts
 * argSort(tensor([3, 1, 2])) // [1, 2, 0]
 * argSort(tensor([3, 1, 2, 3]), { descending: true }) // [0, 3, 2, 1]
 * ```
 */
export function argSort(x: Tensor, options: SortOptions = {}): Tensor<'int32'> {
  return sortPositions(x, checkSort('argSort', x, options))
}
