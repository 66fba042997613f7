import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { meanAbsoluteError } from '../losses/mean-absolute-error.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of |yTrue − yPred| over all values so far. Names: `meanAbsoluteError`, `mae`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/regression_metrics/#meanabsoluteerror-class
 * @example
 * ```ts
 * using metric = new metrics.MeanAbsoluteError()
 * metric.updateState(tensor([[0, 1], [0, 0]]), tensor([[1, 1], [0, 0]]))
 * await metric.result().data() // [0.25]
 * ```
 */
export class MeanAbsoluteError extends MeanMetric {
  static override readonly className: string = 'MeanAbsoluteError'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('MeanAbsoluteError', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsoluteError(yTrue, yPred)
  }

  static fromConfig(config: Config): MeanAbsoluteError {
    const read = new ConfigReader('MeanAbsoluteError', config)
    const options = readMetricOptions(read, 'mean_absolute_error')
    read.done()
    return new MeanAbsoluteError(options)
  }
}
