import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { meanSquaredLogarithmicError } from '../losses/mean-squared-logarithmic-error.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of (log(yTrue + 1) − log(yPred + 1))² over all values so far. Names: `meanSquaredLogarithmicError`,
 * `msle`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/regression_metrics/#meansquaredlogarithmicerror-class
 * @example
 * ```ts
 * using metric = new metrics.MeanSquaredLogarithmicError()
 * metric.updateState(tensor([[0, 1]]), tensor([[0, 3]]))
 * await metric.result().data() // [0.24023]
 * ```
 */
export class MeanSquaredLogarithmicError extends MeanMetric {
  static override readonly className: string = 'MeanSquaredLogarithmicError'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('MeanSquaredLogarithmicError', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredLogarithmicError(yTrue, yPred)
  }

  static fromConfig(config: Config): MeanSquaredLogarithmicError {
    const read = new ConfigReader('MeanSquaredLogarithmicError', config)
    const options = readMetricOptions(read, 'mean_squared_logarithmic_error')
    read.done()
    return new MeanSquaredLogarithmicError(options)
  }
}
