import { type Backend, checkOptionNames } from '@tapegrad/core'
import type { Callback, Logs } from '../callbacks/callback.ts'
import { CallbackList } from '../callbacks/callback-list.ts'
import { ProgressBar } from '../callbacks/progress-bar.ts'
import type { AnyModel } from '../models/model.ts'
import { Batches } from './batching.ts'
import type { Compiled } from './compiled.ts'
import { type DataValues, makeDataset } from './data.ts'
import { Pace } from './pace.ts'
import { checkCallbacks, checkCount, resolveVerbose, type Verbose } from './run-options.ts'
import { testStep } from './steps.ts'

export interface EvaluateOptions {
  /** Samples in a step. Default: 32. */
  readonly batchSize?: number
  readonly verbose?: Verbose
  /** How much each sample counts: of shape [samples], or [samples, steps]. */
  readonly sampleWeight?: DataValues
  readonly callbacks?: readonly Callback[]
}

const evaluateOptionNames: readonly (keyof EvaluateOptions)[] = [
  'batchSize',
  'verbose',
  'sampleWeight',
  'callbacks',
]

/** The loss and the metrics over all samples, without training. */
export async function evaluate(
  model: AnyModel,
  compiled: Compiled,
  backend: Backend,
  x: DataValues,
  y: DataValues | null,
  options: EvaluateOptions,
): Promise<Logs> {
  const op = 'evaluate'
  checkOptionNames(op, options, evaluateOptionNames)
  checkCount(op, 'batchSize', options.batchSize, 1)
  const verbose = resolveVerbose(op, options.verbose)
  checkCallbacks(op, options.callbacks)
  const data = makeDataset(op, { x, y, sampleWeight: options.sampleWeight }, backend)
  try {
    const batches = new Batches(data, options.batchSize ?? 32, null, backend)
    const callbacks = new CallbackList([
      ...(options.callbacks ?? []),
      ...(verbose === 0 ? [] : [new ProgressBar()]),
    ])
    callbacks.begin(model, { epochs: 1, steps: batches.length, verbose })
    return await runTest(op, model, compiled, batches, callbacks, new Pace())
  } finally {
    compiled.reset()
    data.dispose()
  }
}

/** One pass over the data, as evaluation and as the validation in training. */
export async function runTest(
  op: string,
  model: AnyModel,
  compiled: Compiled,
  batches: Batches,
  callbacks: CallbackList,
  pace: Pace,
): Promise<Logs> {
  await callbacks.call('onTestBegin')
  compiled.reset()
  batches.restart()
  for (let step = 0; step < batches.length; step++) {
    await callbacks.call('onTestBatchBegin', step)
    testStep(op, model, compiled, () => batches.next())
    await callbacks.call('onTestBatchEnd', step, compiled.batchLogs())
    await pace.breathe()
  }
  const logs = await compiled.readLogs()
  await callbacks.call('onTestEnd', logs)
  return logs
}
