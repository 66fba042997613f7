import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { normalizeAxis, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { matmul } from './matmul.ts'
import { reshape } from './reshape.ts'
import { permuteAxes } from './transpose.ts'

/** What {@link tensordot} sums over. */
export interface TensordotOptions {
  /** How many of a's last and b's first axes, or the axes of a and, in the same order, those of b. Default: 2. */
  readonly axes?: number | readonly [a: readonly number[], b: readonly number[]]
}

/** The sums of products along axes of two tensors that are known to fit: one product of matrices. */
export function contract(a: Tensor, b: Tensor, along: readonly number[], across: readonly number[]): Tensor {
  const others = (x: Tensor, axes: readonly number[]): number[] =>
    x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]))
  const [left, right] = [others(a, along), others(b, across)]
  const rows = left.map((axis) => a.shape[axis]!)
  const columns = right.map((axis) => b.shape[axis]!)
  const inner = sizeOf(along.map((axis) => a.shape[axis]!))
  return tidy(() => {
    const first = reshape(permuteAxes(a, [...left, ...along]), [sizeOf(rows), inner])
    const second = reshape(permuteAxes(b, [...across, ...right]), [inner, sizeOf(columns)])
    return reshape(matmul(first, second), [...rows, ...columns])
  })
}

/**
 * The sums of products along axes of two tensors, out[i…, j…] = Σₖ a[i…, k…] · b[k…, j…].
 *
 * @param a A tensor of any dtype.
 * @param b The same; the axes that are summed over have the sizes of a's.
 * @param options `axes` (default: 2): a number n for a's last n and b's first n, or the axes of each.
 * @returns A tensor of a's other axes and then b's, in the promoted dtype; bools are multiplied as int32.
 * @throws {@link ShapeError} for sizes that differ, axes that a tensor does not have or that are named twice, or lists of different lengths, {@link ArgumentError} for axes of another kind.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tensordot.html
 * @example
 * ```ts
 * tensordot(tensor([[1, 2], [3, 4]]), tensor([[5, 6], [7, 8]])) // 70
 * tensordot(ones([2, 3, 4]), ones([4, 5]), { axes: 1 }).shape // [2, 3, 5]
 * tensordot(ones([2, 3]), ones([5, 2]), { axes: [[0], [1]] }).shape // [3, 5]
 * ```
 */
export function tensordot(a: Tensor, b: Tensor, options: TensordotOptions = {}): Tensor {
  checkInput('tensordot', 'a', a)
  checkInput('tensordot', 'b', b)
  checkSameBackend('tensordot', a, b)
  checkOptionNames('tensordot', options, ['axes'])
  const axes = options.axes ?? 2
  const [along, others] = typeof axes === 'number' ? lastAndFirst(a, b, axes) : named(a, b, axes)
  if (along.some((axis, i) => a.shape[axis] !== b.shape[others[i]!])) {
    throw new ShapeError('the axes to sum over have different sizes', {
      op: 'tensordot',
      received: { a, b, axes },
      expected: `sizes ${JSON.stringify(along.map((axis) => a.shape[axis]))} along those of b`,
    })
  }
  return contract(a, b, along, others)
}

type AxisLists = readonly [a: readonly number[], b: readonly number[]]

function lastAndFirst(a: Tensor, b: Tensor, count: number): AxisLists {
  if (!Number.isInteger(count) || count < 0) throw badAxes(count)
  if (count > Math.min(a.shape.length, b.shape.length)) {
    throw new ShapeError('there are more axes to sum over than a tensor has', {
      op: 'tensordot',
      received: { a, b, axes: count },
    })
  }
  const first = Array.from({ length: count }, (_, i) => i)
  return [first.map((i) => a.shape.length - count + i), first]
}

function named(a: Tensor, b: Tensor, axes: unknown): AxisLists {
  if (!Array.isArray(axes) || axes.length !== 2 || !axes.every(Array.isArray)) throw badAxes(axes)
  const lists: AxisLists = [positions(a, axes[0] as number[]), positions(b, axes[1] as number[])]
  if (lists[0].length === lists[1].length) return lists
  throw new ShapeError('axes names different numbers of axes of the two tensors', {
    op: 'tensordot',
    received: { axes },
  })
}

function positions(x: Tensor, axes: readonly number[]): readonly number[] {
  const list = Array.from(axes, (axis) => normalizeAxis('tensordot', axis, x.shape.length, 'axes'))
  if (new Set(list).size === list.length) return list
  throw new ShapeError('an axis is named twice', {
    op: 'tensordot',
    received: { axes, rank: x.shape.length },
  })
}

function badAxes(axes: unknown): ArgumentError {
  return new ArgumentError('axes is neither a number of axes nor a list for each tensor', {
    op: 'tensordot',
    received: { axes },
    expected: 'a whole number of at least 0, or [axes of a, axes of b]',
  })
}
