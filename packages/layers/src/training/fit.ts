import { type Backend, random } from '@tapegrad/core'
import type { CallbackParams, Logs } from '../callbacks/callback.ts'
import { CallbackList } from '../callbacks/callback-list.ts'
import { History } from '../callbacks/history.ts'
import { ProgressBar } from '../callbacks/progress-bar.ts'
import type { AnyModel } from '../models/model.ts'
import type { BatchSource } from './batch-source.ts'
import type { Compiled } from './compiled.ts'
import { runTest } from './evaluate.ts'
import { checkFitOptions, type FitOptions, isValidated } from './fit-options.ts'
import { listingOf } from './listing.ts'
import { Holdings, type RunData, type Targets } from './open-source.ts'
import { Pace } from './pace.ts'
import { Progress } from './progress.ts'
import { resolveVerbose } from './run-options.ts'
import { runSteps, stepsOf } from './run-steps.ts'
import { trainStep } from './steps.ts'
import { openTraining } from './training-data.ts'

const op = 'fit'

export async function fit(
  model: AnyModel,
  compiled: Compiled,
  backend: Backend,
  x: RunData,
  y: Targets,
  options: FitOptions,
): Promise<History> {
  checkFitOptions(x, y, options)
  const verbose = resolveVerbose(op, options.verbose)
  options.signal?.throwIfAborted()
  const { seed } = options
  const generator = seed === undefined ? random.defaultGenerator().split(1)[0]! : new random.Generator(seed)
  const history = new History()
  const callbacks = new CallbackList([
    ...(options.callbacks ?? []),
    ...(verbose === 0 ? [] : [new ProgressBar()]),
    history,
  ])
  const holdings = new Holdings()
  try {
    const shared = { backend, listing: listingOf(model, compiled), holdings, signal: options.signal }
    const { train, validation } = await openTraining(x, y, options, { ...shared, generator })
    await callbacks.guard(() =>
      runEpochs({ model, compiled, backend, train, validation, callbacks, verbose }, options),
    )
    return history
  } finally {
    compiled.reset()
    await holdings.close()
  }
}

interface Run {
  readonly model: AnyModel
  readonly compiled: Compiled
  readonly backend: Backend
  readonly train: BatchSource
  readonly validation: BatchSource | null
  readonly callbacks: CallbackList
  readonly verbose: CallbackParams['verbose']
}

async function runEpochs(run: Run, options: FitOptions): Promise<void> {
  const { model, compiled, backend, train, validation, callbacks, verbose } = run
  const { epochs = 1, initialEpoch = 0, stepsPerEpoch, validationSteps, signal } = options
  const steps = stepsOf(op, 'stepsPerEpoch', train, stepsPerEpoch)
  if (validation !== null) stepsOf(op, 'validationSteps', validation, validationSteps)
  const progress = new Progress(train, initialEpoch, compiled, backend)
  callbacks.begin(model, { epochs, steps, verbose, training: progress })
  model.stopTraining = false
  const pace = new Pace()
  let logs: Logs = {}
  await callbacks.call('onTrainBegin')
  await progress.begin()
  while (progress.epoch < epochs && !model.stopTraining) {
    const { epoch, step: first } = progress
    await callbacks.call('onEpochBegin', epoch)
    const goesOn = progress.beginRunning()
    const plan = { first, steps, goesOn: stepsPerEpoch !== undefined, signal }
    const done = await runSteps(op, train, plan, async (step, batch) => {
      await callbacks.call('onTrainBatchBegin', step)
      trainStep(op, model, compiled, batch.take)
      progress.step = step + 1
      await callbacks.call('onTrainBatchEnd', step, compiled.batchLogs())
      await pace.breathe()
      return !model.stopTraining
    })
    if (stepsPerEpoch === undefined) await train.restart()
    progress.endEpoch()
    // The run that this one goes on with had done all steps of the epoch, and nobody knows what came of them.
    if (done === first && !goesOn) continue
    // Now they know; the epochs to come still end where their data ends.
    if (steps === null) callbacks.begin(model, { epochs, steps: done, verbose, training: progress })
    logs = await compiled.readLogs()
    if (validation !== null && isValidated(epoch, options.validationFrequency)) {
      const test = { steps: validationSteps ?? null, signal }
      const found = await runTest(op, model, compiled, validation, callbacks, pace, test)
      for (const [name, value] of Object.entries(found)) logs[`val_${name}`] = value
    }
    await callbacks.call('onEpochEnd', epoch, logs)
  }
  if (initialEpoch < epochs) model.optimizer.finalizeVariableValues?.()
  await callbacks.call('onTrainEnd', logs)
}
