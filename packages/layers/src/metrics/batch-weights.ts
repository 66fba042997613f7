import { broadcastTo, ones, type Tensor, where } from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import { alignMask, alignWeights, checkWeighting, type Weighting } from '../losses/weighting.ts'
import { toDType } from './weigh.ts'

/** A weight for each value of a batch, in their dtype: 0 where the values are masked. */
export function weightsOfBatch(op: string, values: Tensor, yPred: Tensor, weighting: Weighting): Tensor {
  checkWeighting(op, weighting)
  const { sampleWeight = null, mask = getMask(yPred) } = weighting
  const { dtype, storage } = values
  const given =
    sampleWeight === null
      ? ones([], { dtype, backend: storage.backend })
      : toDType(alignWeights(op, 'sampleWeight', sampleWeight, values), dtype)
  const counted = mask === null ? given : where(alignMask(op, mask, values), given, 0)
  return broadcastTo(counted, values.shape)
}
