import { checkInput } from '../autodiff/inputs.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { gatherSlices } from './gather.ts'
import { describePart, rowIndex, selectPart, toRows, withRows } from './index-rows.ts'
import { type IndexEntry, type IndexPlan, planIndex } from './index-spec.ts'
import { moveAxis } from './move-axis.ts'
import { sliceRegion } from './region.ts'
import { reshape } from './reshape.ts'
import { gatherRows } from './rows.ts'
import { insertAxes, removeAxes } from './unit-axes.ts'

/**
 * Part of a tensor, as NumPy's `x[…]`: positions, ranges, new axes and tensors of positions.
 *
 * Each entry is for one axis: a number selects a position and drops the axis; `[start, stop, step]` selects a range, as
 * {@link slice} does; null takes the axis whole; a tensor of integers selects positions. {@link newAxis} adds an axis of
 * size 1, {@link ellipsis} stands for as many whole axes as are left, which also follow the last entry. Without tensors
 * the result is a view.
 *
 * Several tensors broadcast together and select element by element, `out[i…] = x[a[i…], b[i…]]`. Their axes come where
 * the tensors are; where a range, a new axis or an ellipsis lies between two of them, or between one and a number, their
 * axes come first. What is selected several times gets the sum of its gradients.
 *
 * @param x A tensor of any dtype.
 * @param entries At most one for each axis, besides new axes and one ellipsis. A list of positions is a tensor, not an array.
 * @returns The selected elements.
 * @throws {@link ShapeError} for more entries than axes or tensors that do not broadcast, {@link ArgumentError} for an entry of no known kind, {@link DTypeError} for tensors other than int32 or uint8 (a mask needs {@link booleanMask}, which is asynchronous), {@link IndexError} for a number outside its axis, and for a tensor with one, negative ones included, where the backend checks indices; else the result is NaN there, for integers 0.
 * @see https://numpy.org/doc/stable/user/basics.indexing.html
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]])
 * const columns = tensor([2, 0], { dtype: 'int32' })
 * index(x, [-1]) // [4, 5, 6]
 * index(x, [null, 1]) // [2, 5]
 * index(x, [ellipsis, [1], newAxis]) // [[[2], [3]], [[5], [6]]]
 * index(x, [null, columns]) // [[3, 1], [6, 4]]
 * index(x, [tensor([0, 1], { dtype: 'int32' }), columns]) // [3, 4]
 * ```
 */
export function index<D extends DType>(x: Tensor<D>, entries: readonly IndexEntry[]): Tensor<D> {
  checkInput('index', 'x', x)
  const plan = planIndex('index', x, entries)
  return tidy(() => {
    const selected = plan.tensors.length === 0 ? selectView(x, plan) : selectRows(x, plan)
    const tensorAxes = plan.tensors.reduce((rank, { indices }) => Math.max(rank, indices.shape.length), 0)
    const added = plan.added(tensorAxes)
    return added.length === 0 ? selected : insertAxes(selected, added)
  }) as Tensor<D>
}

function selectView(x: Tensor, { region, dropped }: IndexPlan): Tensor {
  const part = sliceRegion(x, region)
  return dropped.length === 0 ? part : removeAxes(part, dropped)
}

function selectRows(x: Tensor, plan: IndexPlan): Tensor {
  const part = selectPart(x, plan)
  const { tensors, before } = plan
  const [{ axis, indices }] = tensors as readonly [IndexPlan['tensors'][number]]
  if (tensors.length === 1)
    return moveBlock(gatherSlices('index', part, indices, axis), axis, before, indices.shape.length)
  const indexed = describePart('index', part.shape, plan)
  const { outer, rest } = indexed
  const rows = toRows(part, indexed)
  const selected = withRows('index', plan, indexed, () => gatherRows(rows, rowIndex('index', plan, indexed)))
  return moveBlock(reshape(selected, [...outer, ...rest]), 0, before, outer.length)
}

/** The tensor with `count` axes that start at one axis moved to start at another. */
export function moveBlock(x: Tensor, from: number, to: number, count: number): Tensor {
  if (from === to || count === 0) return x
  const block = Array.from({ length: count }, (_, i) => i)
  return moveAxis(
    x,
    block.map((i) => from + i),
    block.map((i) => to + i),
  )
}
