import { isFloat } from '../tensor/dtype.ts'
import { sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { broadcastTo } from './broadcast-to.ts'
import { concat } from './concat.ts'
import { equal } from './equal.ts'
import { flip } from './flip.ts'
import { less } from './less.ts'
import { logicalAnd } from './logical-and.ts'
import { logicalOr } from './logical-or.ts'
import { placeRegion, regionAlong } from './region.ts'
import { reshape } from './reshape.ts'
import { partAlong } from './scan.ts'
import { where } from './where.ts'

/** Elements to sort along axis 1 of [outer, n, inner]: by their numbers, among equal ones by their order. */
export interface SortKeys {
  /** Without NaN. */
  readonly numbers: Tensor
  /** int32, less than 2n; no two of a line are equal. */
  readonly order: Tensor
  /** Whether greater numbers come first; the order ascends in either case. */
  readonly descending: boolean
}

/** Whether elements come after others. */
export function comesAfter(a: SortKeys, b: SortKeys): Tensor {
  const [first, last] = a.descending ? [a, b] : [b, a]
  const isTie = logicalAnd(equal(a.numbers, b.numbers), less(b.order, a.order))
  return logicalOr(less(first.numbers, last.numbers), isTie)
}

/**
 * The orders of the sorted elements.
 *
 * A bitonic network (Batcher): blocks of twice the size are merged in rounds, each of which compares all pairs of
 * elements at one distance. The first round of a merge compares a block's first element with its last, so that every
 * exchange moves what comes after to the right.
 */
export function runNetwork(keys: SortKeys): Tensor {
  const length = keys.numbers.shape[1]!
  let sorted = padded(keys)
  const whole = sorted.numbers.shape[1]!
  for (let size = 2; size <= whole; size *= 2) {
    sorted = exchange(sorted, size, true)
    for (let part = size / 2; part >= 2; part /= 2) sorted = exchange(sorted, part, false)
  }
  return partAlong(sorted.order, 1, 0, length)
}

/** Lines of a power of 2, filled with what comes after everything else. */
function padded({ numbers, order, descending }: SortKeys): SortKeys {
  const length = numbers.shape[1]!
  const whole = 2 ** Math.ceil(Math.log2(length))
  const positions = sameShape(order.shape, numbers.shape) ? order : broadcastTo(order, numbers.shape)
  const pad = (x: Tensor, value: number): Tensor => {
    const shape = x.shape.map((side, axis) => (axis === 1 ? whole : side))
    return placeRegion(x, { region: regionAlong(shape, 1, 0, length), value })
  }
  return {
    numbers: pad(numbers, furthest(numbers, descending)),
    order: pad(positions, 2 * length),
    descending,
  }
}

/** A number that nothing comes after, but for its order. */
function furthest({ dtype, storage }: Tensor, descending: boolean): number {
  if (isFloat(dtype)) return descending ? -Infinity : Infinity
  const { maxInt } = storage.backend.caps
  if (!descending) return maxInt
  return maxInt === 2 ** 31 - 1 ? -(2 ** 31) : -maxInt
}

/** Compares the elements of each block's halves, in the same or the opposite order, and exchanges them where needed. */
function exchange({ numbers, order, descending }: SortKeys, size: number, isMirrored: boolean): SortKeys {
  const { shape } = numbers
  const blocks = [(shape[0]! * shape[1]!) / size, 2, size / 2, shape[2]!]
  const opposite = isMirrored ? [1, 2] : [1]
  const [given, givenOrder] = [reshape(numbers, blocks), reshape(order, blocks)]
  const [partner, partnerOrder] = [flip(given, { axis: opposite }), flip(givenOrder, { axis: opposite })]
  const left = (x: Tensor): Tensor => partAlong(x, 1, 0, 1)
  const isWrong = comesAfter(
    { numbers: left(given), order: left(givenOrder), descending },
    { numbers: left(partner), order: left(partnerOrder), descending },
  )
  const moves = isMirrored ? concat([isWrong, flip(isWrong, { axis: 2 })], { axis: 1 }) : isWrong
  return {
    numbers: reshape(where(moves, partner, given), shape),
    order: reshape(where(moves, partnerOrder, givenOrder), shape),
    descending,
  }
}
