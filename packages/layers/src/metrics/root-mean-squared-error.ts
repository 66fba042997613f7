import { type Config, checkOptionNames, sqrt, type Tensor, tidy } from '@tapegrad/core'
import { meanSquaredError } from '../losses/mean-squared-error.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The square root of the mean of (yTrue − yPred)² over all values so far.
 *
 * Unlike Keras's it leaves out what the predictions' mask hides, as all metrics do.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/regression_metrics/#rootmeansquarederror-class
 * @example
 * ```ts
 * using metric = new metrics.RootMeanSquaredError()
 * metric.updateState(tensor([[0, 1], [0, 0]]), tensor([[1, 1], [0, 0]]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class RootMeanSquaredError extends MeanMetric {
  static override readonly className: string = 'RootMeanSquaredError'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('RootMeanSquaredError', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred)
  }

  override result(): Tensor {
    return tidy(() => sqrt(super.result()))
  }

  static fromConfig(config: Config): RootMeanSquaredError {
    const read = new ConfigReader('RootMeanSquaredError', config)
    const options = readMetricOptions(read, 'root_mean_squared_error')
    read.done()
    return new RootMeanSquaredError(options)
  }
}
