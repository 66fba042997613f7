import { ArgumentError } from '@tapegrad/core'
import { epsilon } from '../losses/probabilities.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber, checkOneOf } from '../saving/option-values.ts'
import { type MetricOptions, readMetricOptions } from './metric.ts'
import { checkThresholds, evenThresholds, readNumbers } from './thresholds.ts'

export interface AUCOptions extends MetricOptions {
  /** How many thresholds the curve is drawn with, at least 2. Default: 200. */
  readonly numThresholds?: number
  /** Sensitivity over false positives, precision over recall, or their gains. Default: ROC. */
  readonly curve?: 'ROC' | 'PR' | 'PRGAIN'
  /** How strips are summed: by their middle, their lower or their higher side. Default: interpolation. */
  readonly summationMethod?: 'interpolation' | 'minoring' | 'majoring'
  /** Thresholds of your own, from 0 to 1, in place of `numThresholds`. Default: null. */
  readonly thresholds?: readonly number[] | null
  /** Whether each label of [batch, labels] has a curve, and the result is their mean. Default: false. */
  readonly multiLabel?: boolean
  /** How many labels there are. Default: null, as many as the first batch has. */
  readonly numLabels?: number | null
  /** The weights of the labels: in the mean of the curves, or else of all values. Default: null, all 1. */
  readonly labelWeights?: readonly number[] | null
  /** Whether predictions are logits rather than probabilities. Default: false. */
  readonly fromLogits?: boolean
}

export const aucOptionNames: readonly (keyof AUCOptions)[] = [
  'numThresholds',
  'curve',
  'summationMethod',
  'thresholds',
  'multiLabel',
  'numLabels',
  'labelWeights',
  'fromLogits',
]

/** What an AUC is made from. */
export interface AUCSettings extends Required<Pick<AUCOptions, 'curve' | 'summationMethod' | 'fromLogits'>> {
  /** The thresholds that were given, in order. */
  readonly given: readonly number[] | null
  readonly thresholds: readonly number[]
  readonly isMultiLabel: boolean
  readonly numLabels: number | null
  readonly labelWeights: readonly number[] | null
}

/** Checks the options and fills in the defaults. */
export function checkAUC(op: string, options: AUCOptions): AUCSettings {
  const { curve = 'ROC', summationMethod = 'interpolation', numLabels = null, labelWeights = null } = options
  const isMultiLabel = checkBoolean(op, 'multiLabel', options.multiLabel ?? false)
  if (numLabels !== null && !isMultiLabel) {
    throw new ArgumentError('numLabels is given without multiLabel', { op, received: { numLabels } })
  }
  const given = checkGiven(op, options.thresholds ?? null)
  return {
    curve: checkOneOf(op, 'curve', curve, ['ROC', 'PR', 'PRGAIN']),
    summationMethod: checkOneOf(op, 'summationMethod', summationMethod, [
      'interpolation',
      'minoring',
      'majoring',
    ]),
    given,
    // The outer ones leave all predictions above and below.
    thresholds: [-epsilon, ...(given ?? innerThresholds(op, options.numThresholds ?? 200)), 1 + epsilon],
    isMultiLabel,
    numLabels: numLabels === null ? null : checkNumber(op, 'numLabels', numLabels, 'positiveInteger'),
    labelWeights: labelWeights === null ? null : checkLabelWeights(op, labelWeights),
    fromLogits: checkBoolean(op, 'fromLogits', options.fromLogits ?? false),
  }
}

function innerThresholds(op: string, numThresholds: unknown): readonly number[] {
  const count = checkNumber(op, 'numThresholds', numThresholds, 'positiveInteger')
  if (count > 1) return evenThresholds(count).slice(1, -1)
  throw new ArgumentError('numThresholds is less than 2', { op, received: { numThresholds } })
}

function checkGiven(op: string, thresholds: unknown): readonly number[] | null {
  const checked = Array.isArray(thresholds) && thresholds.length === 0 ? [] : checkThresholds(op, thresholds)
  if (typeof checked !== 'number') return checked === null ? null : checked.toSorted((a, b) => a - b)
  throw new ArgumentError('thresholds is not a list of numbers', { op, received: { thresholds } })
}

function checkLabelWeights(op: string, labelWeights: unknown): readonly number[] {
  if (Array.isArray(labelWeights)) {
    return labelWeights.map((each) => checkNumber(op, 'labelWeights', each, 'nonNegative'))
  }
  throw new ArgumentError('labelWeights is not a list of numbers', { op, received: { labelWeights } })
}

/** The options, as a file holds them. */
export function readAUC(read: ConfigReader): AUCOptions {
  const options = {
    ...readMetricOptions(read, 'auc'),
    numThresholds: read.integer('num_thresholds', 200),
    curve: read.oneOf('curve', ['ROC', 'PR', 'PRGAIN'], 'ROC'),
    summationMethod: read.oneOf(
      'summation_method',
      ['interpolation', 'minoring', 'majoring'],
      'interpolation',
    ),
    thresholds: readNumbers(read, 'thresholds'),
    multiLabel: read.boolean('multi_label', false),
    numLabels: read.integer('num_labels', null),
    labelWeights: readNumbers(read, 'label_weights'),
    fromLogits: read.boolean('from_logits', false),
  }
  read.done()
  return options
}
