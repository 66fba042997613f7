import { type Backend, checkOptionNames, concat, keep, Tensor, tidy, UnsupportedError } from '@tapegrad/core'
import type { Callback } from '../callbacks/callback.ts'
import { CallbackList } from '../callbacks/callback-list.ts'
import { setMask } from '../engine/masks.ts'
import type { AnyModel } from '../models/model.ts'
import { Batches } from './batching.ts'
import { type DataValues, makeDataset } from './data.ts'
import { Pace } from './pace.ts'
import { checkCallbacks, checkCount } from './run-options.ts'

export interface PredictOptions {
  /** Samples in a step. Default: 32. */
  readonly batchSize?: number
  readonly callbacks?: readonly Callback[]
}

const predictOptionNames: readonly (keyof PredictOptions)[] = ['batchSize', 'callbacks']

/** The outputs for all samples, in one tensor that is the caller's to dispose. */
export async function predict(
  model: AnyModel,
  backend: Backend,
  x: DataValues,
  options: PredictOptions,
): Promise<Tensor> {
  const op = 'predict'
  checkOptionNames(op, options, predictOptionNames)
  checkCount(op, 'batchSize', options.batchSize, 1)
  checkCallbacks(op, options.callbacks)
  const outputs: Tensor[] = []
  const data = makeDataset(op, { x }, backend)
  try {
    const batches = new Batches(data, options.batchSize ?? 32, null, backend)
    const callbacks = new CallbackList(options.callbacks ?? [])
    callbacks.begin(model, { epochs: 1, steps: batches.length, verbose: 0 })
    const pace = new Pace()
    await callbacks.call('onPredictBegin')
    for (let step = 0; step < batches.length; step++) {
      await callbacks.call('onPredictBatchBegin', step)
      outputs.push(keep(predictStep(model, () => batches.next().x)))
      await callbacks.call('onPredictBatchEnd', step)
      await pace.breathe()
    }
    await callbacks.call('onPredictEnd')
    return outputs.length === 1 ? outputs.pop()! : keep(concat(outputs))
  } finally {
    for (const output of outputs) output.dispose()
    data.dispose()
  }
}

/** The output of one batch. Its mask ends here: it would be one more tensor to dispose. */
export function predictStep(model: AnyModel, nextBatch: () => Tensor): Tensor {
  const output = tidy((): unknown => model.apply(nextBatch(), { training: false }))
  if (output instanceof Tensor) {
    setMask(output, null)
    return output
  }
  throw new UnsupportedError('the model has several outputs', {
    op: 'predict',
    hint: 'call model.apply on batches of your own',
  })
}
