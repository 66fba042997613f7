import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { logCosh } from '../losses/log-cosh.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of log(cosh(yPred − yTrue)) over all values so far. Names: `logCoshError`, `logcosh`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/regression_metrics/#logcosherror-class
 * @example
 * ```ts
 * using metric = new metrics.LogCoshError()
 * metric.updateState(tensor([[0, 1]]), tensor([[1, 1]]))
 * await metric.result().data() // [0.2169]
 * ```
 */
export class LogCoshError extends MeanMetric {
  static override readonly className: string = 'LogCoshError'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('LogCoshError', options, metricOptionNames)
    super({ name: 'logcosh', ...options })
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return logCosh(yTrue, yPred)
  }

  static fromConfig(config: Config): LogCoshError {
    const read = new ConfigReader('LogCoshError', config)
    const options = readMetricOptions(read, 'logcosh')
    read.done()
    return new LogCoshError(options)
  }
}
