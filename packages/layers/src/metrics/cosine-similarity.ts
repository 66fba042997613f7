import { type Config, checkOptionNames, type Tensor, tidy } from '@tapegrad/core'
import { cosineOf } from '../losses/cosine-similarity.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

export interface CosineSimilarityOptions extends MetricOptions {
  /** The axis of the values that are compared. Default: −1. */
  readonly axis?: number
}

/**
 * The mean of Σ yTrue yPred / (‖yTrue‖ ‖yPred‖) over all samples so far: 1 for vectors of one direction. Name:
 * `cosineSimilarity`.
 *
 * @throws {@link ArgumentError} for an unknown option or an axis that is no whole number.
 * @see https://keras.io/api/metrics/regression_metrics/#cosinesimilarity-class
 * @example
 * ```ts
 * using metric = new metrics.CosineSimilarity()
 * metric.updateState(tensor([[3, 4]]), tensor([[4, 3]]))
 * await metric.result().data() // [0.96]
 * ```
 */
export class CosineSimilarity extends MeanMetric {
  static override readonly className: string = 'CosineSimilarity'
  readonly axis: number

  constructor(options: CosineSimilarityOptions = {}) {
    checkOptionNames('CosineSimilarity', options, [...metricOptionNames, 'axis'])
    super(options)
    this.axis = checkNumber('CosineSimilarity', 'axis', options.axis ?? -1, 'integer')
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return tidy(() => cosineOf(this.name, yTrue, yPred, this.axis))
  }

  /** Keras writes no axis: it is written where it is not the last one. */
  override getConfig(): Config {
    return this.axis === -1 ? super.getConfig() : { ...super.getConfig(), axis: this.axis }
  }

  static fromConfig(config: Config): CosineSimilarity {
    const read = new ConfigReader('CosineSimilarity', config)
    const options = { ...readMetricOptions(read, 'cosine_similarity'), axis: read.integer('axis', -1) }
    read.done()
    return new CosineSimilarity(options)
  }
}
