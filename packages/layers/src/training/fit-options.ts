import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import type { Callback } from '../callbacks/callback.ts'
import type { AbortSignalLike } from './abort-signal.ts'
import type { ClassWeight } from './class-weight.ts'
import type { DataValues, WeightValues } from './data.ts'
import { type BatchIterable, isBatchIterable } from './iterable-source.ts'
import { type RunData, refuse, type Targets } from './open-source.ts'
import { checkCallbacks, checkCount, checkSignal, type Verbose } from './run-options.ts'

type Column = DataValues | readonly DataValues[]

/** Inputs and targets, and how much each sample counts; or batches of them. */
export type ValidationData =
  | readonly [x: Column, y: Column]
  | readonly [x: Column, y: Column, sampleWeight: WeightValues]
  | BatchIterable

export interface FitOptions {
  /** Samples in a step; iterables of batches have batches already. Default: 32. */
  readonly batchSize?: number
  /** The number of the epoch to end before. Default: 1. */
  readonly epochs?: number
  readonly verbose?: Verbose
  readonly callbacks?: readonly Callback[]
  /** The fraction of the samples, the last ones, that is held back for validation. */
  readonly validationSplit?: number
  readonly validationData?: ValidationData
  /** Whether every epoch takes the samples in a new order. Default: true; iterables come in their own order. */
  readonly shuffle?: boolean
  /** Makes the orders repeatable. Default: they follow from the generator that `setSeed` seeds. */
  readonly seed?: number
  readonly classWeight?: ClassWeight
  /** How much each sample counts: of shape [samples], or [samples, steps]; a list where outputs differ in it. */
  readonly sampleWeight?: WeightValues
  /** The number of the epoch to begin with. Default: 0. */
  readonly initialEpoch?: number
  /** Steps in an epoch; the data goes on where the last epoch ended. Default: one pass over the data. */
  readonly stepsPerEpoch?: number
  /** Steps in a validation, from the start of its data. Default: one pass. */
  readonly validationSteps?: number
  /** Default: `batchSize`. */
  readonly validationBatchSize?: number
  /** Validation comes after every so many epochs, or after the listed ones (1 is the first). Default: 1. */
  readonly validationFrequency?: number | readonly number[]
  /** Ends the run after the step that runs: `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignalLike
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
  'validationSteps',
  'validationBatchSize',
  'validationFrequency',
  'signal',
]

export function checkFitOptions(x: RunData, y: Targets, options: FitOptions): void {
  const op = 'fit'
  checkOptionNames(op, options, fitOptionNames)
  checkCallbacks(op, options.callbacks)
  checkSignal(op, options.signal)
  checkCount(op, 'batchSize', options.batchSize, 1)
  checkCount(op, 'epochs', options.epochs, 0)
  checkCount(op, 'initialEpoch', options.initialEpoch, 0)
  checkCount(op, 'stepsPerEpoch', options.stepsPerEpoch, 1)
  checkCount(op, 'validationSteps', options.validationSteps, 1)
  checkCount(op, 'validationBatchSize', options.validationBatchSize, 1)
  const frequency = options.validationFrequency
  if (Array.isArray(frequency))
    for (const epoch of frequency) checkCount(op, 'validationFrequency', epoch as number, 1)
  else checkCount(op, 'validationFrequency', frequency as number | undefined, 1)
  checkCombinations(options)
  if (isBatchIterable(x)) {
    const { batchSize, sampleWeight, validationSplit, seed, shuffle } = options
    refuse(op, {
      ...{ y: y ?? undefined, batchSize, sampleWeight, validationSplit, seed },
      shuffle: shuffle === true ? shuffle : undefined,
    })
  }
  if (isBatchIterable(options.validationData)) {
    refuse('fit: validationData', { validationBatchSize: options.validationBatchSize })
  }
}

function checkCombinations(options: FitOptions): void {
  const { validationData, validationSplit, classWeight, sampleWeight, shuffle } = options
  const fail = (what: string, received: Readonly<Record<string, unknown>>, expected: string): never => {
    throw new ArgumentError(what, { op: 'fit', received, expected })
  }
  if (validationData !== undefined && validationSplit !== undefined)
    fail('validationData and validationSplit are both given', { validationSplit }, 'one of them')
  if (
    validationData !== undefined &&
    !isBatchIterable(validationData) &&
    !(Array.isArray(validationData) && [2, 3].includes(validationData.length))
  )
    fail(
      'validationData is not data',
      { validationData },
      '[x, y], [x, y, sampleWeight] or an iterable of batches',
    )
  if (options.validationSteps !== undefined && validationData === undefined && validationSplit === undefined)
    fail(
      'validationSteps is given, and there is nothing to validate with',
      {},
      'validationData or validationSplit',
    )
  if (classWeight !== undefined && sampleWeight !== undefined)
    fail('classWeight and sampleWeight are both given', { classWeight }, 'one of them')
  if (shuffle !== undefined && typeof shuffle !== 'boolean')
    fail('shuffle is not a boolean', { shuffle }, 'true or false')
}

export function isValidated(epoch: number, frequency: number | readonly number[] = 1): boolean {
  return typeof frequency === 'number' ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1)
}
