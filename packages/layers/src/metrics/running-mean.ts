import { add, scalar, type Tensor, tidy } from '@tapegrad/core'
import { divideNoNaN } from '../losses/divide-no-nan.ts'
import type { Weighting } from '../losses/weighting.ts'
import type { MetricVariable } from './metric-variable.ts'
import { contributionOf, toDType } from './weigh.ts'

/** The state of a mean. */
export interface RunningMean {
  readonly total: MetricVariable
  readonly count: MetricVariable
}

/** Adds a batch of values to a mean. */
export function addToMean(
  op: string,
  { total, count }: RunningMean,
  values: Tensor,
  weighting: Weighting,
): void {
  tidy(() => {
    const added = contributionOf(op, toDType(values, total.dtype), weighting)
    const { backend } = values.storage
    const [sum, number] = [total.on(backend), count.on(backend)]
    sum.assign(add(sum, added.total))
    number.assign(add(number, added.count))
  })
}

/** total / count, and 0 before the first batch. */
export function resultOfMean({ total, count }: RunningMean): Tensor {
  const [sum, number] = [total.variable, count.variable]
  if (sum === null || number === null) return scalar(0, { dtype: total.dtype })
  return tidy(() => divideNoNaN(sum, number))
}
