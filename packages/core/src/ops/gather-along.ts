import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { runGather, runScatterAdd } from '../dispatch/gather.ts'
import { DTypeError, IndexError } from '../errors/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'

/** Along which axis an int32 index selects, and the size of the axis that it selects from. */
export interface IndexAttributes {
  readonly axis: number
  readonly length: number
}

/** out[…, i, …] = x[…, index[…, i, …], …]; the index has x's rank and broadcasts to the result. */
export const gatherAlong: (x: Tensor, index: Tensor, attributes: IndexAttributes) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'gather',
    inputs: ['x', 'index'],
    save: ['index'],
    forward: (x: Tensor, index: Tensor, { axis }: IndexAttributes) => runGather(x, index, axis),
    vjp: { x: (g, { index }, attributes) => scatterAlong(index, g, attributes), index: null },
  })

/** Zeros of `length` along the axis, with each update added where the index says: the adjoint of `gatherAlong`. */
export const scatterAlong: (index: Tensor, updates: Tensor, attributes: IndexAttributes) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'scatterAdd',
    inputs: ['index', 'updates'],
    save: ['index'],
    forward: (index: Tensor, updates: Tensor, { axis, length }: IndexAttributes) =>
      runScatterAdd(index, updates, axis, length),
    vjp: { index: null, updates: (g, { index }, attributes) => gatherAlong(g, index, attributes) },
  })

/** Throws where indices are not a usable tensor of integers, or not on the backend of `x`. */
export function checkIndices(op: string, indices: Tensor, x: Tensor = indices, name = 'indices'): void {
  checkInput(op, name, indices)
  if (indices.dtype !== 'int32' && indices.dtype !== 'uint8') {
    throw new DTypeError(`${name} are not integers`, {
      op,
      received: { [name]: indices },
      expected: 'int32 or uint8',
      hint: `make them with { dtype: 'int32' }, or cast(${name}, 'int32')`,
    })
  }
  checkSameBackend(op, x, indices)
}

/** Throws where something would be selected from an axis that has nothing. */
export function checkSelectable(op: string, x: Tensor, axis: number, indices: Tensor): void {
  if (x.shape[axis] !== 0 || indices.size === 0) return
  throw new IndexError('an axis without elements has nothing to select', {
    op,
    received: { x, indices, axis },
  })
}

/** Indices as backends take them: int32, in a new handle. */
export function toInt32(indices: Tensor): Tensor<'int32'> {
  return cast(indices, 'int32')
}
