import type { Tensor } from '../tensor/tensor.ts'
import { slice } from './slice.ts'
import { permuteAxes } from './transpose.ts'

/** The axes of one matrix, exchanged. */
const swapped: readonly number[] = [1, 0]

/** Views of matrices with rows and columns exchanged. */
export function swapLastAxes(x: Tensor): Tensor {
  const rank = x.shape.length
  if (rank === 2) return permuteAxes(x, swapped)
  const axes = x.shape.map((_, i) => i)
  axes[rank - 2] = rank - 1
  axes[rank - 1] = rank - 2
  return permuteAxes(x, axes)
}

/** From where to where, exclusively; without an end to the last. */
type Range = readonly [start: number, stop?: number]

/** Views of a block of each matrix. */
export function block(x: Tensor, rows: Range, columns: Range = [0]): Tensor {
  return slice(x, [...x.shape.slice(0, -2).map(() => null), rows, columns])
}
