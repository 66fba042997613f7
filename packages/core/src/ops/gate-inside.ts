import type { Tensor } from '../tensor/tensor.ts'
import { less } from './less.ts'
import { logicalAnd } from './logical-and.ts'
import { where } from './where.ts'

/** g where min < x < max, else 0: the gradient of functions that are constant outside a range. */
export function gateInside(g: Tensor, x: Tensor, min: number, max: number): Tensor {
  return where(logicalAnd(less(min, x), less(x, max)), g, 0)
}
