import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { runCast } from '../dispatch/cast.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { zeros } from '../tensor/create.ts'
import { isFloat, promoteTypes } from '../tensor/dtype.ts'
import { type Shape, sameShape } from '../tensor/shape.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { equal } from './equal.ts'
import { gatherAlong } from './gather-along.ts'
import { isNaN as isNotANumber } from './is-nan.ts'
import { less } from './less.ts'
import { lessEqual } from './less-equal.ts'
import { logicalAnd } from './logical-and.ts'
import { logicalOr } from './logical-or.ts'
import { minimum } from './minimum.ts'
import { reshape } from './reshape.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'
import { insertAxes } from './unit-axes.ts'
import { where } from './where.ts'

/** On which side of equal elements a value belongs. */
type Side = 'left' | 'right'

/** How {@link searchSorted} places. */
export interface SearchSortedOptions {
  /** Whether a value belongs before the elements that are equal to it, or behind them. Default: `'left'`. */
  readonly side?: Side
}

/** Whether elements come before the place of values. NaN is the greatest, as where the elements were sorted. */
function comesBefore(elements: Tensor, values: Tensor, side: Side): Tensor {
  const isBefore = side === 'left' ? less(elements, values) : lessEqual(elements, values)
  if (!isFloat(values.dtype)) return isBefore
  const isGreatest = isNotANumber(values)
  // What is not equal to itself is NaN, too.
  return logicalOr(isBefore, side === 'left' ? logicalAnd(isGreatest, equal(elements, elements)) : isGreatest)
}

/** The longest lines whose elements are compared with each value. */
const longestCounted = 64

/** The most pairs in all lines that are. */
const mostPairs = 2 ** 18

/** The places of values [b, m] in sorted lines [b, n]. */
function findPlaces(sorted: Tensor, values: Tensor, side: Side): Tensor {
  const length = sorted.shape[1]!
  if (length <= longestCounted && values.size * length <= mostPairs) {
    return sum(comesBefore(insertAxes(sorted, [1]), insertAxes(values, [2]), side), { axis: 2 })
  }
  let places: Tensor = zeros(values.shape, { dtype: 'int32', backend: values.storage.backend })
  for (let step = 2 ** Math.floor(Math.log2(length)); step >= 1; step /= 2) {
    const further = add(places, step)
    const isInside = lessEqual(further, length)
    const element = gatherAlong(sorted, minimum(sub(further, 1), length - 1), { axis: 1, length })
    places = where(logicalAnd(isInside, comesBefore(element, values, side)), further, places)
  }
  return places
}

/**
 * The positions at which values would be inserted into sorted elements so that these stay sorted.
 *
 * `'left'` gives the number of elements that are less than a value, `'right'` of those that are at most equal. NaN counts
 * as greater than every number. No gradient flows.
 *
 * @param sorted A tensor of any dtype, ascending along its last axis; otherwise the positions mean nothing.
 * @param values A tensor of any dtype. Where `sorted` has rank 1, of any shape; else of the same sizes but for the last.
 * @param options `side` (default: `'left'`).
 * @returns An int32 tensor of the values' shape, from 0 to the number of elements.
 * @throws {@link ShapeError} for shapes that do not fit and a scalar `sorted`, {@link ArgumentError} for another side.
 * @see https://pytorch.org/docs/stable/generated/torch.searchsorted.html
 * @example
 * ```ts
 * searchSorted(tensor([1, 3, 5]), tensor([0, 3, 4])) // [0, 1, 2]
 * searchSorted(tensor([1, 3, 5]), tensor([0, 3, 4]), { side: 'right' }) // [0, 2, 2]
 * ```
 */
export function searchSorted(
  sorted: Tensor,
  values: Tensor,
  options: SearchSortedOptions = {},
): Tensor<'int32'> {
  checkInput('searchSorted', 'sorted', sorted)
  checkInput('searchSorted', 'values', values)
  checkSameBackend('searchSorted', sorted, values)
  checkOptionNames('searchSorted', options, ['side'])
  const { side = 'left' } = options
  if (side !== 'left' && side !== 'right') {
    throw new ArgumentError('side is neither left nor right', { op: 'searchSorted', received: { side } })
  }
  const [lines, shape] = checkLines(sorted, values)
  return tidy(() => {
    const length = sorted.shape.at(-1)!
    if (values.size === 0) return allocateLike(values, 'int32')
    if (length === 0) return zeros(shape, { dtype: 'int32', backend: values.storage.backend })
    const dtype = promoteTypes(sorted.dtype, values.dtype)
    const places = findPlaces(
      reshape(runCast(sorted, dtype), [lines, length]),
      reshape(runCast(values, dtype), [lines, values.size / lines]),
      side,
    )
    return reshape(places, shape) as Tensor<'int32'>
  })
}

/** The number of sorted lines, and the shape of the result. */
function checkLines(sorted: Tensor, values: Tensor): readonly [lines: number, shape: Shape] {
  const { shape } = values
  const others = sorted.shape.slice(0, -1)
  const fits = sorted.shape.length === 1 || sameShape(others, shape.slice(0, -1))
  if (sorted.shape.length > 0 && fits && (sorted.shape.length === 1 || shape.length > 0)) {
    return [others.reduce((product, side) => product * side, 1), shape]
  }
  throw new ShapeError('there is not one sorted line for each line of values', {
    op: 'searchSorted',
    received: { sorted, values },
    expected: 'sorted elements of rank 1, or equal sizes along all axes but the last',
  })
}
