import { type Backend, checkOptionNames } from '@tapegrad/core'
import type { Callback, Logs } from '../callbacks/callback.ts'
import { CallbackList } from '../callbacks/callback-list.ts'
import { ProgressBar } from '../callbacks/progress-bar.ts'
import type { AnyModel } from '../models/model.ts'
import type { AbortSignalLike } from './abort-signal.ts'
import type { BatchSource } from './batch-source.ts'
import type { Compiled } from './compiled.ts'
import type { WeightValues } from './data.ts'
import { listingOf } from './listing.ts'
import { Holdings, openSource, type RunData, type Targets } from './open-source.ts'
import { Pace } from './pace.ts'
import { checkCallbacks, checkCount, checkSignal, resolveVerbose, type Verbose } from './run-options.ts'
import { runSteps, stepsOf } from './run-steps.ts'
import { testStep } from './steps.ts'

export interface EvaluateOptions {
  /** Samples in a step; iterables of batches have batches already. Default: 32. */
  readonly batchSize?: number
  readonly verbose?: Verbose
  /** How much each sample counts: of shape [samples], or [samples, steps]; a list where outputs differ in it. */
  readonly sampleWeight?: WeightValues
  readonly callbacks?: readonly Callback[]
  /** How many batches. Default: one pass over the data. */
  readonly steps?: number
  /** Ends the run after the step that runs: `evaluate` rejects with the signal's reason. */
  readonly signal?: AbortSignalLike
}

const evaluateOptionNames: readonly (keyof EvaluateOptions)[] = [
  'batchSize',
  'verbose',
  'sampleWeight',
  'callbacks',
  'steps',
  'signal',
]

/** The loss and the metrics over all samples, without training. */
export async function evaluate(
  model: AnyModel,
  compiled: Compiled,
  backend: Backend,
  x: RunData,
  y: Targets,
  options: EvaluateOptions,
): Promise<Logs> {
  const op = 'evaluate'
  checkOptionNames(op, options, evaluateOptionNames)
  const { batchSize, sampleWeight, signal } = options
  checkCount(op, 'batchSize', batchSize, 1)
  checkCount(op, 'steps', options.steps, 1)
  const verbose = resolveVerbose(op, options.verbose)
  checkCallbacks(op, options.callbacks)
  checkSignal(op, signal)
  signal?.throwIfAborted()
  const holdings = new Holdings()
  try {
    const listing = listingOf(model, compiled)
    const source = openSource(op, x, y, { backend, listing, batchSize, sampleWeight, signal, holdings })
    const callbacks = new CallbackList([
      ...(options.callbacks ?? []),
      ...(verbose === 0 ? [] : [new ProgressBar()]),
    ])
    const steps = stepsOf(op, 'steps', source, options.steps)
    callbacks.begin(model, { epochs: 1, steps, verbose })
    const plan = { steps: options.steps ?? null, signal }
    return await callbacks.guard(() => runTest(op, model, compiled, source, callbacks, new Pace(), plan))
  } finally {
    compiled.reset()
    await holdings.close()
  }
}

/** A pass over the data, or so many steps of it, as evaluation and as the validation in training. */
export async function runTest(
  op: string,
  model: AnyModel,
  compiled: Compiled,
  source: BatchSource,
  callbacks: CallbackList,
  pace: Pace,
  { steps, signal }: { readonly steps: number | null; readonly signal: AbortSignalLike | undefined },
): Promise<Logs> {
  await callbacks.call('onTestBegin')
  compiled.reset()
  await source.restart()
  await runSteps(op, source, { steps, goesOn: steps !== null, signal }, async (step, batch) => {
    await callbacks.call('onTestBatchBegin', step)
    testStep(op, model, compiled, batch.take)
    await callbacks.call('onTestBatchEnd', step, compiled.batchLogs())
    await pace.breathe()
    return true
  })
  const logs = await compiled.readLogs()
  await callbacks.call('onTestEnd', logs)
  return logs
}
