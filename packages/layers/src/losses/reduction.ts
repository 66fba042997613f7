import { cast, div, maximum, mul, sum, type Tensor, where } from '@tapegrad/core'
import { anotherHandle } from '../engine/call-tensors.ts'
import { divideNoNaN } from './divide-no-nan.ts'
import { alignMask, alignWeights, type Weighting } from './weighting.ts'

/**
 * How values become a loss: their weighted sum divided by their number (`sumOverBatchSize`, also called `mean`), by
 * the sum of the weights (`meanWithSampleWeight`) or by nothing (`sum`); null leaves one value for each sample.
 * Masked values are not counted.
 */
export type Reduction = 'sumOverBatchSize' | 'sum' | 'mean' | 'meanWithSampleWeight' | null

/** The reductions as files name them; Keras has two names for none. */
export const wireReductions: readonly WireReduction[] = [
  'sum_over_batch_size',
  'sum',
  'mean',
  'mean_with_sample_weight',
  'none',
]

type WireReduction = 'sum_over_batch_size' | 'sum' | 'mean' | 'mean_with_sample_weight' | 'none'

/** Weighs, masks and reduces the values of a loss. With nothing left after the mask the loss is 0. */
export function reduceWeighted(
  op: string,
  values: Tensor,
  { sampleWeight = null, mask = null }: Weighting,
  reduction: Reduction,
): Tensor {
  const counts = mask === null ? null : alignMask(op, mask, values)
  const given = sampleWeight === null ? null : alignWeights(op, 'sampleWeight', sampleWeight, values)
  const weights = given === null || given.dtype === values.dtype ? given : cast(given, values.dtype)
  // Selected rather than multiplied: what is masked may be infinite.
  const counted = counts === null ? values : where(counts, values, 0)
  const weighted = weights === null ? counted : mul(counted, weights)
  // The caller disposes what it gets, and a function of one's own may return its input.
  if (reduction === null) return weighted === values ? anotherHandle(values) : weighted
  const total = sum(weighted)
  if (reduction === 'sum') return total
  if (reduction === 'meanWithSampleWeight') {
    const divisor = mergeWeights(weights, counts, values)
    return divisor === null ? div(total, Math.max(1, values.size)) : divideNoNaN(total, sum(divisor))
  }
  if (counts === null) return div(total, Math.max(1, values.size))
  const valid = maximum(sum(cast(counts, values.dtype)), 1)
  return div(mul(total, counts.size / Math.max(1, values.size)), valid)
}

function mergeWeights(weights: Tensor | null, counts: Tensor | null, values: Tensor): Tensor | null {
  if (counts === null) return weights
  return weights === null ? cast(counts, values.dtype) : where(counts, weights, 0)
}
