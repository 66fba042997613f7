import { type Config, checkOptionNames, reshape, type Tensor, tidy } from '@tapegrad/core'
import { anotherHandle } from '../engine/call-tensors.ts'
import type { Weighting } from '../losses/weighting.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { addOutcomes, type ConfusionState, countsOf, type Outcome } from './confusion.ts'
import { Metric, type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'
import type { MetricVariable } from './metric-variable.ts'
import {
  checkThresholds,
  listThresholds,
  readThresholds,
  type Thresholds,
  writeThresholds,
} from './thresholds.ts'

export interface ThresholdsOptions extends MetricOptions {
  /** What predictions must exceed to count as positive, from 0 to 1; with several, each has its count. Default: 0.5. */
  readonly thresholds?: Thresholds
}

/** The base of metrics that count one of the four outcomes. */
export abstract class OutcomeCount extends Metric {
  readonly thresholds: Thresholds
  readonly #list: readonly number[]
  readonly #count: MetricVariable
  readonly #state: ConfusionState

  constructor(className: string, outcome: Outcome, options: ThresholdsOptions) {
    checkOptionNames(className, options, [...metricOptionNames, 'thresholds'])
    super(options)
    this.thresholds = checkThresholds(className, options.thresholds ?? null)
    this.#list = listThresholds(this.thresholds, 0.5)
    this.#count = this.addVariable('accumulator', [this.#list.length])
    this.#state = { [outcome]: this.#count }
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    addOutcomes(this.name, this.#state, yTrue, yPred, weighting, { thresholds: this.#list })
  }

  /** The count: a scalar, or one value for each of several thresholds. */
  override result(): Tensor {
    return tidy(() => {
      const counts = countsOf(this.#count)
      return this.#list.length === 1 ? reshape(counts, []) : anotherHandle(counts)
    })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), thresholds: writeThresholds(this.thresholds) }
  }
}

/** The options, as a file holds them. */
export function readOutcomeCount(read: ConfigReader, name: string): ThresholdsOptions {
  const options = { ...readMetricOptions(read, name), thresholds: readThresholds(read) }
  read.done()
  return options
}
