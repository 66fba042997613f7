import { ArgumentError, type Backend, sameShape, type Tensor, tensor, tidy } from '@tapegrad/core'
import type { Logs } from '../callbacks/callback.ts'
import type { StoredArray } from '../saving/safetensors.ts'
import type { MetricLike } from './contracts.ts'

/** A mean over batches. */
export interface RunningLoss {
  /** The sum of the losses, weighted by the batches' sizes; null where there was no batch. */
  readonly total: StoredArray | null
  /** The sum of the batches' sizes. */
  readonly weight: number
}

/** The running losses and metrics of an epoch that is not done, read from the device. */
export interface RunningState {
  /** What they amount to so far. */
  readonly logs: Logs
  /** The loss, and those of the outputs where they have several. */
  readonly losses: readonly RunningLoss[]
  /** What layers reported with `addMetric`, by name. */
  readonly reported: readonly (readonly [string, RunningLoss])[]
  /** The state of every metric that tells its `variables`. */
  readonly metrics: readonly (readonly StoredArray[])[]
}

export async function readValue(value: Tensor): Promise<StoredArray> {
  const { dtype, shape } = value
  // Some backends give the tensor's own memory, which the next step changes.
  return { dtype, shape, data: (await value.data()).slice() }
}

/** The tensor of what `readValue` gave, in the caller's scope. */
export function makeValue({ dtype, shape, data }: StoredArray, backend: Backend): Tensor {
  return tensor(data, { dtype, shape, backend })
}

/** Gives a metric, whose state was made, the state of another run's. */
export function setMetricState(metric: MetricLike, values: readonly StoredArray[]): void {
  const variables = metric.variables ?? []
  const fits = variables.every((each, i) => {
    const value = values[i]
    return value !== undefined && value.dtype === each.dtype && sameShape(value.shape, each.shape)
  })
  if (!fits || variables.length !== values.length) {
    throw new ArgumentError('the running values are those of another metric', {
      op: 'fit',
      received: { metric: metric.name },
      hint: 'resume with the metrics that the run had',
    })
  }
  tidy(() => {
    variables.forEach((each, i) => void each.assign(makeValue(values[i]!, each.storage.backend)))
  })
}
