import type { Config } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { OutcomeCount, readOutcomeCount, type ThresholdsOptions } from './outcome-count.ts'

/**
 * How many positive targets have a positive prediction, Σ w over them; predictions are positive above the threshold. Name:
 * `truePositives`.
 *
 * The result is a scalar, or one value for each of several thresholds. What the predictions' mask hides does not
 * count.
 *
 * @throws {@link ArgumentError} for an unknown option or thresholds that are not from 0 to 1.
 * @see https://keras.io/api/metrics/classification_metrics/#truepositives-class
 * @example
 * ```ts
 * using metric = new metrics.TruePositives()
 * metric.updateState(tensor([1, 1, 1, 0, 0]), tensor([0.9, 0.8, 0.2, 0.7, 0.1]))
 * await metric.result().data() // [2]
 * ```
 */
export class TruePositives extends OutcomeCount {
  static override readonly className: string = 'TruePositives'

  constructor(options: ThresholdsOptions = {}) {
    super('TruePositives', 'truePositives', options)
  }

  static fromConfig(config: Config): TruePositives {
    return new TruePositives(readOutcomeCount(new ConfigReader('TruePositives', config), 'true_positives'))
  }
}
