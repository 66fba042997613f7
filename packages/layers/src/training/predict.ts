import { type Backend, checkOptionNames, concat, keep, Tensor, tidy } from '@tapegrad/core'
import type { Callback } from '../callbacks/callback.ts'
import { CallbackList } from '../callbacks/callback-list.ts'
import { asList } from '../engine/lists.ts'
import { setMask } from '../engine/masks.ts'
import type { Tensors } from '../engine/symbolic-tensor.ts'
import type { AnyModel } from '../models/model.ts'
import type { AbortSignalLike } from './abort-signal.ts'
import { listingOf } from './listing.ts'
import { Holdings, openSource, type RunData } from './open-source.ts'
import { Pace } from './pace.ts'
import { checkCallbacks, checkCount, checkSignal } from './run-options.ts'
import { runSteps, stepsOf } from './run-steps.ts'

export interface PredictOptions {
  /** Samples in a step; iterables of batches have batches already. Default: 32. */
  readonly batchSize?: number
  readonly callbacks?: readonly Callback[]
  /** How many batches. Default: one pass over the data. */
  readonly steps?: number
  /** Ends the run after the step that runs: `predict` rejects with the signal's reason. */
  readonly signal?: AbortSignalLike
}

const predictOptionNames: readonly (keyof PredictOptions)[] = ['batchSize', 'callbacks', 'steps', 'signal']

/** The outputs for all samples, a tensor for each output, which are the caller's to dispose. */
export async function predict(
  model: AnyModel,
  backend: Backend,
  x: RunData,
  options: PredictOptions,
): Promise<Tensors> {
  const op = 'predict'
  checkOptionNames(op, options, predictOptionNames)
  const { batchSize, signal } = options
  checkCount(op, 'batchSize', batchSize, 1)
  checkCount(op, 'steps', options.steps, 1)
  checkCallbacks(op, options.callbacks)
  checkSignal(op, signal)
  signal?.throwIfAborted()
  const outputs: Tensors[] = []
  const holdings = new Holdings()
  try {
    const listing = listingOf(model, null)
    const source = openSource(op, x, null, { backend, listing, batchSize, signal, holdings })
    const steps = stepsOf(op, 'steps', source, options.steps)
    const callbacks = new CallbackList(options.callbacks ?? [])
    callbacks.begin(model, { epochs: 1, steps, verbose: 0 })
    const pace = new Pace()
    const plan = { steps: options.steps ?? null, goesOn: options.steps !== undefined, signal }
    await callbacks.guard(async () => {
      await callbacks.call('onPredictBegin')
      await runSteps(op, source, plan, async (step, batch) => {
        await callbacks.call('onPredictBatchBegin', step)
        outputs.push(predictStep(model, () => batch.take().x))
        await callbacks.call('onPredictBatchEnd', step)
        await pace.breathe()
        return true
      })
      await callbacks.call('onPredictEnd')
    })
    return joinOutputs(outputs)
  } finally {
    for (const output of outputs.flat()) output.dispose()
    await holdings.close()
  }
}

/** Puts the outputs of batches together. What stays in the list is to be disposed. */
function joinOutputs(outputs: Tensors[]): Tensors {
  const [first] = outputs
  if (outputs.length === 1) return outputs.pop()!
  if (first instanceof Tensor) return keep(concat(outputs as Tensor[]))
  return tidy(() =>
    first!.map((_, i) => keep(concat((outputs as (readonly Tensor[])[]).map((each) => each[i]!)))),
  )
}

/** The outputs of one batch, kept. Their masks end here: they would be more tensors to dispose. */
export function predictStep(model: AnyModel, nextBatch: () => Tensors): Tensors {
  return tidy(() => {
    const output = model.apply(nextBatch(), { training: false })
    for (const each of asList(output)) setMask(keep(each), null)
    return output
  })
}
