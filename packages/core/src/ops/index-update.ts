import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import type { Input } from '../autodiff/node.ts'
import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { checkFillValue, scalar } from '../tensor/create.ts'
import { promoteTypes } from '../tensor/dtype.ts'
import { broadcastShape, type Shape, sameShape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { cast } from './cast.ts'
import { greaterEqual } from './greater-equal.ts'
import { moveBlock } from './index-elements.ts'
import { describePart, type IndexedPart, rowIndex, selectPart, toRows, withRows } from './index-rows.ts'
import { type IndexEntry, type IndexPlan, planIndex } from './index-spec.ts'
import { lastWriters } from './last-writers.ts'
import { maximum } from './maximum.ts'
import { isWholeRegion } from './region.ts'
import { replaceRegion } from './replace-region.ts'
import { reshape } from './reshape.ts'
import { gatherRows } from './rows.ts'
import { inversePermutation, permuteAxes } from './transpose.ts'
import { insertAxes, removeAxes } from './unit-axes.ts'
import { where } from './where.ts'

/**
 * A tensor with the elements that an index selects replaced; the tensor itself does not change.
 *
 * What {@link index} reads is what this writes. Where tensors name an element several times, the last of its values
 * stays, on every backend. Gradients flow to the elements that stay, and to the values that are written.
 *
 * @param x A tensor of any dtype.
 * @param entries What to replace, as for {@link index}.
 * @param values A tensor whose shape broadcasts to that of the selection, or a number.
 * @returns A tensor of x's shape and the promoted dtype; a number takes x's.
 * @throws {@link ShapeError} for values that do not broadcast to the selection, {@link DTypeError} for a number that x's dtype does not have, and what {@link index} throws; an index out of range that is not checked is dropped.
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.numpy.ndarray.at.html
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]])
 * indexUpdate(x, [0], 0) // [[0, 0, 0], [4, 5, 6]]
 * indexUpdate(x, [null, [1]], tensor([8, 9])) // [[1, 8, 9], [4, 8, 9]]
 * const twice = tensor([1, 1], { dtype: 'int32' })
 * indexUpdate(x, [0, twice], tensor([7, 8])) // [[1, 8, 3], [4, 5, 6]]
 * ```
 */
export function indexUpdate(x: Tensor, entries: readonly IndexEntry[], values: Input): Tensor {
  checkInput('indexUpdate', 'x', x)
  checkInput('indexUpdate', 'values', values, true)
  const plan = planIndex('indexUpdate', x, entries)
  const number = typeof values === 'number' ? checkFillValue('indexUpdate', values, x.dtype) : 0
  if (typeof values !== 'number') checkSameBackend('indexUpdate', x, values)
  return tidy(() => {
    const given =
      typeof values === 'number' ? scalar(number, { dtype: x.dtype, backend: x.storage.backend }) : values
    const dtype = promoteTypes(x.dtype, given.dtype)
    return update(cast(x, dtype), plan, cast(given, dtype))
  })
}

function update(x: Tensor, plan: IndexPlan, values: Tensor): Tensor {
  const { region, dropped, tensors } = plan
  const partShape = region.shape.filter((_, axis) => !dropped.includes(axis))
  const indexed = describePart('indexUpdate', partShape, plan)
  const selected = valuesOfSelection(values, plan, indexed)
  const replaced = tensors.length === 0 ? selected : updateRows(selectPart(x, plan), plan, indexed, selected)
  const boxed = dropped.length === 0 ? replaced : insertAxes(replaced, dropped)
  return isWholeRegion(region) ? boxed : replaceRegion(x, boxed, region)
}

/** The values broadcast to the selection, with the tensors' axes first and no new axes. */
function valuesOfSelection(values: Tensor, plan: IndexPlan, { outer, rest }: IndexedPart): Tensor {
  const { before } = plan
  const withoutNew = [...rest.slice(0, before), ...outer, ...rest.slice(before)]
  const added = plan.added(outer.length)
  const shape = added.reduce((sides: Shape, axis) => sides.toSpliced(axis, 0, 1), withoutNew)
  const common = broadcastShape(values.shape, shape)
  if (common === undefined || !sameShape(common, shape)) {
    throw new ShapeError('the values do not broadcast to the selection', {
      op: 'indexUpdate',
      received: { values },
      expected: `a shape that broadcasts to [${shape.join(', ')}]`,
    })
  }
  const stretched = expandTo(values, shape)
  const plain = added.length === 0 ? stretched : removeAxes(stretched, added)
  return moveBlock(plain, before, 0, outer.length)
}

function updateRows(part: Tensor, plan: IndexPlan, indexed: IndexedPart, values: Tensor): Tensor {
  const { sides, rest, outer, order } = indexed
  const count = sizeOf(outer)
  if (count === 0) return part
  const rows = toRows(part, indexed)
  const writers = withRows('indexUpdate', plan, indexed, () =>
    lastWriters(rowIndex('indexUpdate', plan, indexed), sizeOf(sides)),
  )
  // Gathered, not added up: sums would lose the signs of zeros.
  const written = gatherRows(reshape(values, [count, sizeOf(rest)]), maximum(writers, 0))
  const isWritten = reshape(greaterEqual(writers, 0), [sizeOf(sides), 1])
  const replaced = reshape(where(isWritten, written, rows), [...sides, ...rest])
  return permuteAxes(replaced, inversePermutation(order))
}
