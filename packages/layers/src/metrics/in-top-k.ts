import {
  cast,
  equal,
  expandDims,
  greater,
  less,
  logicalAnd,
  squeeze,
  sum,
  type Tensor,
  takeAlongAxis,
} from '@tapegrad/core'
import { checkNumber } from '../saving/option-values.ts'

export interface TopKOptions {
  /** How many of the greatest predictions count. Default: 5. */
  readonly k?: number
}

/**
 * 1 where fewer than k predictions are greater than that of the label's class: classes that tie with the last of the
 * k all count. A prediction of NaN counts for nothing.
 */
export function inTopK(labels: Tensor, yPred: Tensor, k: number): Tensor {
  const own = takeAlongAxis(yPred, expandDims(cast(labels, 'int32'), { axis: -1 }), { axis: -1 })
  const greaterOnes = sum(greater(yPred, own), { axis: -1 })
  const isNumber = squeeze(equal(own, own), { axis: -1 })
  return cast(logicalAnd(less(greaterOnes, k), isNumber), 'float32')
}

export function checkK(op: string, k = 5): number {
  return checkNumber(op, 'k', k, 'positiveInteger')
}
