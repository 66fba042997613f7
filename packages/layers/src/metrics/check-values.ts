import { ArgumentError, Tensor } from '@tapegrad/core'
import { checkWeighting, type Weighting } from '../losses/weighting.ts'

/** Checks what a metric of values got: not targets and predictions. */
export function checkValuesOnly(op: string, values: unknown, weighting: Weighting | Tensor): Weighting {
  if (!(values instanceof Tensor)) {
    throw new ArgumentError('the values are not a tensor', {
      op,
      received: { values },
      hint: 'tensor(values)',
    })
  }
  if (!(weighting instanceof Tensor)) {
    checkWeighting(op, weighting)
    return weighting
  }
  throw new ArgumentError('this metric takes values, not targets and predictions', {
    op,
    received: { values, weighting },
    expected: 'updateState(values, { sampleWeight, mask })',
  })
}
