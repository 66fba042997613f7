import type { Config, Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BestShare, type BestShareOptions, precision, readBestShare, sensitivity } from './best-share.ts'

export interface RecallAtPrecisionOptions extends BestShareOptions {
  /** The precision that is needed, from 0 to 1. */
  readonly precision: number
}

/**
 * The best recall TP / (TP + FN) at the thresholds where the precision is at least a given one; 0 where it never is.
 *
 * Predictions are cut to [0, 1]. What their mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/classification_metrics/#recallatprecision-class
 * @example
 * ```ts
 * using metric = new metrics.RecallAtPrecision({ precision: 0.4 })
 * metric.updateState(tensor([0, 0, 0, 1, 1]), tensor([0, 0.3, 0.8, 0.3, 0.8]))
 * await metric.result().data() // [1]
 * ```
 */
export class RecallAtPrecision extends BestShare {
  static override readonly className: string = 'RecallAtPrecision'

  constructor(options: RecallAtPrecisionOptions) {
    super('RecallAtPrecision', 'precision', options?.precision, options)
  }

  override result(): Tensor {
    return this.best(sensitivity, precision)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), precision: this.value }
  }

  static fromConfig(config: Config): RecallAtPrecision {
    const read = new ConfigReader('RecallAtPrecision', config)
    const options = { ...readBestShare(read, 'recall_at_precision'), precision: read.number('precision') }
    read.done()
    return new RecallAtPrecision(options)
  }
}
