import type { Config, Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BestShare, type BestShareOptions, readBestShare, sensitivity, specificity } from './best-share.ts'

export interface SensitivityAtSpecificityOptions extends BestShareOptions {
  /** The specificity that is needed, from 0 to 1. */
  readonly specificity: number
}

/**
 * The best sensitivity TP / (TP + FN) at the thresholds where the specificity is at least a given one; 0 where it never is.
 *
 * Predictions are cut to [0, 1]. What their mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/classification_metrics/#sensitivityatspecificity-class
 * @example
 * ```ts
 * using metric = new metrics.SensitivityAtSpecificity({ specificity: 0.6 })
 * metric.updateState(tensor([0, 0, 0, 1, 1]), tensor([0, 0.3, 0.8, 0.3, 0.8]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class SensitivityAtSpecificity extends BestShare {
  static override readonly className: string = 'SensitivityAtSpecificity'

  constructor(options: SensitivityAtSpecificityOptions) {
    super('SensitivityAtSpecificity', 'specificity', options?.specificity, options)
  }

  override result(): Tensor {
    return this.best(sensitivity, specificity)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), specificity: this.value }
  }

  static fromConfig(config: Config): SensitivityAtSpecificity {
    const read = new ConfigReader('SensitivityAtSpecificity', config)
    const options = {
      ...readBestShare(read, 'sensitivity_at_specificity'),
      specificity: read.number('specificity'),
    }
    read.done()
    return new SensitivityAtSpecificity(options)
  }
}
