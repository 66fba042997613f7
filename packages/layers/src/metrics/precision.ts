import { add, type Config, reshape, type Tensor, tidy } from '@tapegrad/core'
import { divideNoNaN } from '../losses/divide-no-nan.ts'
import type { Weighting } from '../losses/weighting.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { addOutcomes, countsOf } from './confusion.ts'
import { Metric } from './metric.ts'
import { checkPositives, type PositivesOptions, readPositives, writePositives } from './positives-options.ts'

/**
 * TP / (TP + FP): how many of the positive predictions are right; 0 where there are none. Name: `precision`.
 *
 * The result is a scalar, or one value for each of several thresholds. What the predictions' mask hides does not
 * count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/classification_metrics/#precision-class
 * @example
 * ```ts
 * using metric = new metrics.Precision()
 * metric.updateState(tensor([1, 1, 1, 0, 0]), tensor([0.9, 0.8, 0.2, 0.7, 0.1]))
 * await metric.result().data() // [0.66667]
 * ```
 */
export class Precision extends Metric {
  static override readonly className: string = 'Precision'
  readonly rule: ReturnType<typeof checkPositives>
  readonly #state

  constructor(options: PositivesOptions = {}) {
    const rule = checkPositives('Precision', options)
    super(options)
    this.rule = rule
    const shape = [rule.thresholds.length]
    this.#state = {
      truePositives: this.addVariable('true_positives', shape),
      falsePositives: this.addVariable('false_positives', shape),
    }
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    addOutcomes(this.name, this.#state, yTrue, yPred, weighting, this.rule)
  }

  override result(): Tensor {
    return tidy(() => {
      const right = countsOf(this.#state.truePositives)
      const share = divideNoNaN(right, add(right, countsOf(this.#state.falsePositives)))
      return this.rule.thresholds.length === 1 ? reshape(share, []) : share
    })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), ...writePositives(this.rule) }
  }

  static fromConfig(config: Config): Precision {
    return new Precision(readPositives(new ConfigReader('Precision', config), 'precision'))
  }
}
