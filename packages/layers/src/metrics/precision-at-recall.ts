import type { Config, Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BestShare, type BestShareOptions, precision, readBestShare, sensitivity } from './best-share.ts'

export interface PrecisionAtRecallOptions extends BestShareOptions {
  /** The recall that is needed, from 0 to 1. */
  readonly recall: number
}

/**
 * The best precision TP / (TP + FP) at the thresholds where the recall is at least a given one; 0 where it never is.
 *
 * Predictions are cut to [0, 1]. What their mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/classification_metrics/#precisionatrecall-class
 * @example
 * ```ts
 * using metric = new metrics.PrecisionAtRecall({ recall: 0.4 })
 * metric.updateState(tensor([0, 0, 0, 1, 1]), tensor([0, 0.3, 0.8, 0.3, 0.8]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class PrecisionAtRecall extends BestShare {
  static override readonly className: string = 'PrecisionAtRecall'

  constructor(options: PrecisionAtRecallOptions) {
    super('PrecisionAtRecall', 'recall', options?.recall, options)
  }

  override result(): Tensor {
    return this.best(precision, sensitivity)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), recall: this.value }
  }

  static fromConfig(config: Config): PrecisionAtRecall {
    const read = new ConfigReader('PrecisionAtRecall', config)
    const options = { ...readBestShare(read, 'precision_at_recall'), recall: read.number('recall') }
    read.done()
    return new PrecisionAtRecall(options)
  }
}
