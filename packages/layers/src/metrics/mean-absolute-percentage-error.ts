import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { meanAbsolutePercentageError } from '../losses/mean-absolute-percentage-error.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of 100 · |yTrue − yPred| / |yTrue| over all values so far. Names: `meanAbsolutePercentageError`, `mape`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/regression_metrics/#meanabsolutepercentageerror-class
 * @example
 * ```ts
 * using metric = new metrics.MeanAbsolutePercentageError()
 * metric.updateState(tensor([[2, 4]]), tensor([[1, 4]]))
 * await metric.result().data() // [25]
 * ```
 */
export class MeanAbsolutePercentageError extends MeanMetric {
  static override readonly className: string = 'MeanAbsolutePercentageError'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('MeanAbsolutePercentageError', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsolutePercentageError(yTrue, yPred)
  }

  static fromConfig(config: Config): MeanAbsolutePercentageError {
    const read = new ConfigReader('MeanAbsolutePercentageError', config)
    const options = readMetricOptions(read, 'mean_absolute_percentage_error')
    read.done()
    return new MeanAbsolutePercentageError(options)
  }
}
