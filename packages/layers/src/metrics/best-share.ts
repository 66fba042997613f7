import {
  add,
  type Config,
  checkOptionNames,
  clip,
  greaterEqual,
  max,
  type Tensor,
  tidy,
  where,
} from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import { checkTensors } from '../losses/check-inputs.ts'
import { divideNoNaN } from '../losses/divide-no-nan.ts'
import { checkWeighting, type Weighting } from '../losses/weighting.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { addOutcomes, type ConfusionState, countsOf, type Outcome } from './confusion.ts'
import { Metric, type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'
import type { MetricVariable } from './metric-variable.ts'
import { checkClassId } from './positives-options.ts'
import { evenThresholds } from './thresholds.ts'

export interface BestShareOptions extends MetricOptions {
  /** How many thresholds from 0 to 1 are tried. Default: 200. */
  readonly numThresholds?: number
  /** The only class that counts. Default: null, all. */
  readonly classId?: number | null
}

/** A share of two outcomes: the first of the first and the second. */
export type Share = readonly [Outcome, Outcome]

export const sensitivity: Share = ['truePositives', 'falseNegatives']
export const specificity: Share = ['trueNegatives', 'falsePositives']
export const precision: Share = ['truePositives', 'falsePositives']

/** The base of metrics that are the best one share can be where another one is large enough. */
export abstract class BestShare extends Metric {
  readonly numThresholds: number
  readonly classId: number | null
  /** How large the other share must be. */
  readonly value: number
  readonly #thresholds: readonly number[]
  readonly #state: Readonly<Record<Outcome, MetricVariable>>

  constructor(op: string, optionName: string, value: unknown, options: BestShareOptions) {
    checkOptionNames(op, options, [...metricOptionNames, optionName, 'numThresholds', 'classId'])
    super(options)
    const { numThresholds = 200, classId = null } = options
    this.value = checkNumber(op, optionName, value, 'unitInterval')
    this.numThresholds = checkNumber(op, 'numThresholds', numThresholds, 'positiveInteger')
    this.classId = checkClassId(op, classId)
    this.#thresholds = this.numThresholds === 1 ? [0.5] : evenThresholds(this.numThresholds)
    const shape = [this.numThresholds]
    this.#state = {
      truePositives: this.addVariable('true_positives', shape),
      falsePositives: this.addVariable('false_positives', shape),
      trueNegatives: this.addVariable('true_negatives', shape),
      falseNegatives: this.addVariable('false_negatives', shape),
    }
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    addClipped(this.name, this.#state, yTrue, yPred, weighting, {
      thresholds: this.#thresholds,
      classId: this.classId,
    })
  }

  /** The greatest `wanted` at the thresholds where `constrained` is at least the value; 0 where it never is. */
  protected best(wanted: Share, constrained: Share): Tensor {
    return tidy(() => {
      const shareOf = ([part, rest]: Share): Tensor => {
        const counts = countsOf(this.#state[part])
        return divideNoNaN(counts, add(counts, countsOf(this.#state[rest])))
      }
      return max(where(greaterEqual(shareOf(constrained), this.value), shareOf(wanted), 0))
    })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), num_thresholds: this.numThresholds, class_id: this.classId }
  }
}

/** Adds a batch with predictions cut to [0, 1], so that all of them lie between the thresholds. */
export function addClipped(
  op: string,
  state: ConfusionState,
  yTrue: Tensor,
  yPred: Tensor,
  weighting: Weighting,
  rule: Parameters<typeof addOutcomes>[5],
): void {
  checkTensors(op, yTrue, yPred)
  checkWeighting(op, weighting)
  const { mask = getMask(yPred) } = weighting
  tidy(() => addOutcomes(op, state, yTrue, clip(yPred, 0, 1), { ...weighting, mask }, rule))
}

/** The options, as a file holds them. */
export function readBestShare(read: ConfigReader, name: string): BestShareOptions {
  return {
    ...readMetricOptions(read, name),
    numThresholds: read.integer('num_thresholds', 200),
    classId: read.integer('class_id', null),
  }
}
