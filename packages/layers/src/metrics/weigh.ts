import { cast, type DType, mul, reshape, sum, type Tensor, where } from '@tapegrad/core'
import { alignMask, alignWeights, type Weighting } from '../losses/weighting.ts'

/** What a batch adds to a mean: its weighted values, and what they are divided by. */
export interface Contribution {
  readonly total: Tensor
  readonly count: Tensor | number
}

/**
 * What a batch adds to a mean. Samples count alike, however many values one has: with E values for each of them, the
 * total is Σ v·w·m / E and the count Σ w·m / E, or the number of samples where there are neither weights nor a mask.
 */
export function contributionOf(op: string, values: Tensor, weighting: Weighting): Contribution {
  const { weighted, weights } = weigh(op, values, weighting)
  // Keras takes a batch with a single weight for one sample.
  const samples = weights?.rank === 0 ? 1 : (values.shape[0] ?? 1)
  const total = mul(sum(weighted), samples / Math.max(1, values.size))
  if (weights === null) return { total, count: samples }
  // Where one weight is for several values, the mean of the weights is the same.
  return { total, count: mul(sum(weights), samples / Math.max(1, weights.size)) }
}

/** The weighted sum of values, Σ v·w·m. */
export function weightedSum(op: string, values: Tensor, weighting: Weighting): Tensor {
  return sum(weigh(op, values, weighting).weighted)
}

/** Values times weights, and the weights: 0 where masked, null where all are 1. */
function weigh(
  op: string,
  values: Tensor,
  { sampleWeight = null, mask = null }: Weighting,
): { readonly weighted: Tensor; readonly weights: Tensor | null } {
  const given =
    sampleWeight === null
      ? null
      : toDType(alignWeights(op, 'sampleWeight', sampleWeight, values), values.dtype)
  if (mask === null) {
    if (given === null) return { weighted: values, weights: null }
    return { weighted: mul(values, given), weights: sampleWeight!.rank === 0 ? reshape(given, []) : given }
  }
  const counts = alignMask(op, mask, values)
  // Selected rather than multiplied: what is masked may be infinite.
  const counted = where(counts, values, 0)
  if (given === null) return { weighted: counted, weights: cast(counts, values.dtype) }
  return { weighted: mul(counted, given), weights: where(counts, given, 0) }
}

/** Values in the dtype that a metric computes in. */
export function toDType<D extends DType>(x: Tensor, dtype: D): Tensor<D> {
  return x.dtype === dtype ? (x as Tensor<D>) : cast(x, dtype)
}
