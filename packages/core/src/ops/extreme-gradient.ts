import type { Tensor } from '../tensor/tensor.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { sum } from './sum.ts'
import { where } from './where.ts'

/** The gradient of an extreme along axes: the elements that are equal to it get the same part each. */
export function shareAmongEqual(g: Tensor, x: Tensor, extreme: Tensor, axes: readonly number[]): Tensor {
  const isExtreme = equal(x, extreme)
  return where(isExtreme, div(g, sum(isExtreme, { axis: axes, keepDims: true })), 0)
}
