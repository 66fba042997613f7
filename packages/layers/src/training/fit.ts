import { ArgumentError, type Backend, checkOptionNames, random } from '@tapegrad/core'
import type { Callback, Logs } from '../callbacks/callback.ts'
import { CallbackList } from '../callbacks/callback-list.ts'
import { History } from '../callbacks/history.ts'
import { ProgressBar } from '../callbacks/progress-bar.ts'
import type { AnyModel } from '../models/model.ts'
import { Batches } from './batching.ts'
import { type ClassWeight, classWeightToSampleWeight } from './class-weight.ts'
import type { Compiled } from './compiled.ts'
import { type Dataset, type DataValues, makeDataset, splitDataset } from './data.ts'
import { runTest } from './evaluate.ts'
import { Pace } from './pace.ts'
import { checkCallbacks, checkCount, resolveVerbose, type Verbose } from './run-options.ts'
import { trainStep } from './steps.ts'

/** Inputs and targets, and how much each sample counts. */
export type ValidationData =
  | readonly [x: DataValues, y: DataValues]
  | readonly [x: DataValues, y: DataValues, sampleWeight: DataValues]

export interface FitOptions {
  /** Samples in a step. Default: 32. */
  readonly batchSize?: number
  /** The number of the epoch to end before. Default: 1. */
  readonly epochs?: number
  readonly verbose?: Verbose
  readonly callbacks?: readonly Callback[]
  /** The fraction of the samples, the last ones, that is held back for validation. */
  readonly validationSplit?: number
  readonly validationData?: ValidationData
  /** Whether every epoch takes the samples in a new order. Default: true. */
  readonly shuffle?: boolean
  /** Makes the orders repeatable. Default: they come from the generator that `setSeed` seeds. */
  readonly seed?: number
  readonly classWeight?: ClassWeight
  /** How much each sample counts: of shape [samples], or [samples, steps]. */
  readonly sampleWeight?: DataValues
  /** The number of the epoch to begin with. Default: 0. */
  readonly initialEpoch?: number
  /** Steps in an epoch; the data goes on where the last epoch ended. Default: one pass over the data. */
  readonly stepsPerEpoch?: number
  /** Default: `batchSize`. */
  readonly validationBatchSize?: number
  /** Validation comes after every so many epochs, or after the listed ones (1 is the first). Default: 1. */
  readonly validationFrequency?: number | readonly number[]
}

const fitOptionNames: readonly (keyof FitOptions)[] = [
  'batchSize',
  'epochs',
  'verbose',
  'callbacks',
  'validationSplit',
  'validationData',
  'shuffle',
  'seed',
  'classWeight',
  'sampleWeight',
  'initialEpoch',
  'stepsPerEpoch',
  'validationBatchSize',
  'validationFrequency',
]

export async function fit(
  model: AnyModel,
  compiled: Compiled,
  backend: Backend,
  x: DataValues,
  y: DataValues | null,
  options: FitOptions,
): Promise<History> {
  checkFitOptions(options)
  const { batchSize = 32, epochs = 1, initialEpoch = 0, shuffle = true, seed } = options
  const owned: { dispose(): void }[] = []
  const own = <T extends { dispose(): void }>(thing: T): T => {
    owned.push(thing)
    return thing
  }
  try {
    const { train, validation } = await prepareData(x, y, options, backend, own)
    const shuffling = seed === undefined ? {} : { generator: new random.Generator(seed) }
    const batches = own(new Batches(train, batchSize, shuffle ? shuffling : null, backend))
    const validationBatches =
      validation && own(new Batches(validation, options.validationBatchSize ?? batchSize, null, backend))
    const steps = options.stepsPerEpoch ?? batches.length
    const verbose = resolveVerbose('fit', options.verbose)
    const history = new History()
    const callbacks = new CallbackList([
      ...(options.callbacks ?? []),
      ...(verbose === 0 ? [] : [new ProgressBar()]),
      history,
    ])
    callbacks.begin(model, { epochs, steps, verbose })
    model.stopTraining = false
    const pace = new Pace()
    let logs: Logs = {}
    await callbacks.call('onTrainBegin')
    for (let epoch = initialEpoch; epoch < epochs; epoch++) {
      await callbacks.call('onEpochBegin', epoch)
      compiled.reset()
      if (options.stepsPerEpoch === undefined) batches.restart()
      for (let step = 0; step < steps; step++) {
        await callbacks.call('onTrainBatchBegin', step)
        trainStep('fit', model, compiled, () => batches.next())
        await callbacks.call('onTrainBatchEnd', step, compiled.batchLogs())
        if (model.stopTraining) break
        await pace.breathe()
      }
      logs = await compiled.readLogs()
      if (validationBatches !== null && isValidated(epoch, options.validationFrequency)) {
        const found = await runTest('fit', model, compiled, validationBatches, callbacks, pace)
        for (const [name, value] of Object.entries(found)) logs[`val_${name}`] = value
      }
      await callbacks.call('onEpochEnd', epoch, logs)
      if (model.stopTraining) break
    }
    if (initialEpoch < epochs) model.optimizer.finalizeVariableValues?.()
    await callbacks.call('onTrainEnd', logs)
    return history
  } finally {
    compiled.reset()
    for (const thing of owned) thing.dispose()
  }
}

/** The samples to train on, and those to validate with. */
async function prepareData(
  x: DataValues,
  y: DataValues | null,
  options: FitOptions,
  backend: Backend,
  own: <T extends { dispose(): void }>(thing: T) => T,
): Promise<{ train: Dataset; validation: Dataset | null }> {
  const { validationData, validationSplit, classWeight, sampleWeight } = options
  const given = own(makeDataset('fit', { x, y, sampleWeight }, backend))
  // Classes weigh in training only.
  const weighed = async (train: Dataset): Promise<Dataset> =>
    classWeight === undefined ? train : withClassWeight(train, classWeight, backend, own)
  if (validationData !== undefined) {
    const [xVal, yVal, weight] = validationData
    const validation = own(
      makeDataset('fit: validationData', { x: xVal, y: yVal, sampleWeight: weight }, backend),
    )
    return { train: await weighed(given), validation }
  }
  if (validationSplit === undefined || validationSplit === 0)
    return { train: await weighed(given), validation: null }
  const [train, validation] = splitDataset('fit', given, validationSplit)
  own(validation)
  return { train: await weighed(own(train)), validation }
}

async function withClassWeight(
  data: Dataset,
  classWeight: ClassWeight,
  backend: Backend,
  own: <T extends { dispose(): void }>(thing: T) => T,
): Promise<Dataset> {
  if (data.y === null) throw new ArgumentError('classWeight needs y', { op: 'fit' })
  const sampleWeight = own(await classWeightToSampleWeight('fit', data.y, classWeight, backend))
  return { ...data, sampleWeight }
}

function checkFitOptions(options: FitOptions): void {
  const op = 'fit'
  checkOptionNames(op, options, fitOptionNames)
  checkCallbacks(op, options.callbacks)
  checkCount(op, 'batchSize', options.batchSize, 1)
  checkCount(op, 'epochs', options.epochs, 0)
  checkCount(op, 'initialEpoch', options.initialEpoch, 0)
  checkCount(op, 'stepsPerEpoch', options.stepsPerEpoch, 1)
  checkCount(op, 'validationBatchSize', options.validationBatchSize, 1)
  const frequency = options.validationFrequency
  if (Array.isArray(frequency))
    for (const epoch of frequency) checkCount(op, 'validationFrequency', epoch as number, 1)
  else checkCount(op, 'validationFrequency', frequency as number | undefined, 1)
  const { validationData, validationSplit, classWeight, sampleWeight, shuffle } = options
  const fail = (what: string, received: Readonly<Record<string, unknown>>, expected: string): never => {
    throw new ArgumentError(what, { op, received, expected })
  }
  if (validationData !== undefined && validationSplit !== undefined)
    fail('validationData and validationSplit are both given', { validationSplit }, 'one of them')
  if (
    validationData !== undefined &&
    !(Array.isArray(validationData) && [2, 3].includes(validationData.length))
  )
    fail('validationData is not a list of data', { validationData }, '[x, y] or [x, y, sampleWeight]')
  if (classWeight !== undefined && sampleWeight !== undefined)
    fail('classWeight and sampleWeight are both given', { classWeight }, 'one of them')
  if (shuffle !== undefined && typeof shuffle !== 'boolean')
    fail('shuffle is not a boolean', { shuffle }, 'true or false')
}

function isValidated(epoch: number, frequency: number | readonly number[] = 1): boolean {
  return typeof frequency === 'number' ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1)
}
