import {
  abs,
  arange,
  type Backend,
  cast,
  expandDims,
  less,
  lessEqual,
  logicalAnd,
  reshape,
  ShapeError,
  sub,
  type Tensor,
} from '@tapegrad/core'

/** The mask of a sequence [batch, steps, …, size] as bools, with an axis (maybe of size 1) for each of its axes but the last. */
export function stepMask(op: string, mask: Tensor, x: Tensor): Tensor {
  if (mask.rank >= x.rank) {
    throw new ShapeError('the mask is not one of whole steps', {
      op,
      received: { x, mask },
      expected: 'a mask of shape [batch, steps]',
    })
  }
  const ones = Array.from({ length: x.rank - 1 - mask.rank }, () => 1)
  return cast(reshape(mask, [...mask.shape, ...ones]), 'bool')
}

/** True where a key is not later than a query: [queries, keys]. */
export function causalMask(queries: number, keys: number, backend: Backend): Tensor {
  const options = { dtype: 'int32', backend } as const
  return lessEqual(arange(keys, options), expandDims(arange(queries, options), { axis: 1 }))
}

/** True where a key is less than `width` steps from a query: [queries, keys]. */
export function windowMask(queries: number, keys: number, width: number, backend: Backend): Tensor {
  const options = { dtype: 'int32', backend } as const
  return less(abs(sub(arange(keys, options), expandDims(arange(queries, options), { axis: 1 }))), width)
}

/** True where all masks are; null where there is none. */
export function allOf(masks: readonly (Tensor | null)[]): Tensor | null {
  const given = masks.filter((mask) => mask !== null)
  return given.length === 0 ? null : given.reduce((a, b) => logicalAnd(a, b))
}
