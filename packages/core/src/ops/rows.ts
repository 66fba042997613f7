import { IndexError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { gatherAlong, scatterAlong } from './gather-along.ts'
import { reshape } from './reshape.ts'

/** The rows of a matrix at the positions of a vector. */
export function gatherRows(x: Tensor, index: Tensor): Tensor {
  return tidy(() => gatherAlong(x, reshape(index, [index.size, 1]), { axis: 0, length: x.shape[0]! }))
}

/** A matrix of `length` rows: sums of the updates' rows at the positions of a vector, and zeros. */
export function addRows(index: Tensor, updates: Tensor, length: number): Tensor {
  return tidy(() => scatterAlong(reshape(index, [index.size, 1]), updates, { axis: 0, length }))
}

/** Throws where something would be selected among no positions at all. */
export function checkPositions(
  op: string,
  positions: number,
  selected: number,
  received: Readonly<Record<string, unknown>>,
): void {
  if (positions > 0 || selected === 0) return
  throw new IndexError('axes without elements have nothing to select', { op, received })
}
