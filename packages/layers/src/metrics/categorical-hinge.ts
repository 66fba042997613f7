import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { categoricalHinge } from '../losses/categorical-hinge.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of max(0, 1 + max((1 − yTrue) · yPred) − Σ yTrue · yPred) over all samples so far, for one-hot targets. Name:
 * `categoricalHinge`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/hinge_metrics/#categoricalhinge-class
 * @example
 * ```ts
 * using metric = new metrics.CategoricalHinge()
 * metric.updateState(tensor([[0, 1, 0]]), tensor([[0.5, 0.7, 0.2]]))
 * await metric.result().data() // [0.8]
 * ```
 */
export class CategoricalHinge extends MeanMetric {
  static override readonly className: string = 'CategoricalHinge'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('CategoricalHinge', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalHinge(yTrue, yPred)
  }

  static fromConfig(config: Config): CategoricalHinge {
    const read = new ConfigReader('CategoricalHinge', config)
    const options = readMetricOptions(read, 'categorical_hinge')
    read.done()
    return new CategoricalHinge(options)
  }
}
