import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { meanSquaredError } from '../losses/mean-squared-error.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of (yTrue − yPred)² over all values so far. Names: `meanSquaredError`, `mse`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/regression_metrics/#meansquarederror-class
 * @example
 * ```ts
 * using metric = new metrics.MeanSquaredError()
 * metric.updateState(tensor([[0, 1], [0, 0]]), tensor([[1, 1], [0, 0]]))
 * await metric.result().data() // [0.25]
 * ```
 */
export class MeanSquaredError extends MeanMetric {
  static override readonly className: string = 'MeanSquaredError'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('MeanSquaredError', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred)
  }

  static fromConfig(config: Config): MeanSquaredError {
    const read = new ConfigReader('MeanSquaredError', config)
    const options = readMetricOptions(read, 'mean_squared_error')
    read.done()
    return new MeanSquaredError(options)
  }
}
