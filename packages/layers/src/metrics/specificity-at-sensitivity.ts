import type { Config, Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BestShare, type BestShareOptions, readBestShare, sensitivity, specificity } from './best-share.ts'

export interface SpecificityAtSensitivityOptions extends BestShareOptions {
  /** The sensitivity that is needed, from 0 to 1. */
  readonly sensitivity: number
}

/**
 * The best specificity TN / (TN + FP) at the thresholds where the sensitivity is at least a given one; 0 where it never is.
 *
 * Predictions are cut to [0, 1]. What their mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/classification_metrics/#specificityatsensitivity-class
 * @example
 * ```ts
 * using metric = new metrics.SpecificityAtSensitivity({ sensitivity: 0.4 })
 * metric.updateState(tensor([0, 0, 0, 1, 1]), tensor([0, 0.3, 0.8, 0.3, 0.8]))
 * await metric.result().data() // [0.66667]
 * ```
 */
export class SpecificityAtSensitivity extends BestShare {
  static override readonly className: string = 'SpecificityAtSensitivity'

  constructor(options: SpecificityAtSensitivityOptions) {
    super('SpecificityAtSensitivity', 'sensitivity', options?.sensitivity, options)
  }

  override result(): Tensor {
    return this.best(specificity, sensitivity)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), sensitivity: this.value }
  }

  static fromConfig(config: Config): SpecificityAtSensitivity {
    const read = new ConfigReader('SpecificityAtSensitivity', config)
    const options = {
      ...readBestShare(read, 'specificity_at_sensitivity'),
      sensitivity: read.number('sensitivity'),
    }
    read.done()
    return new SpecificityAtSensitivity(options)
  }
}
