import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { poisson } from '../losses/poisson.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of yPred − yTrue log(yPred + 1e-7) over all values so far. Name: `poisson`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#poisson-class
 * @example
 * ```ts
 * using metric = new metrics.Poisson()
 * metric.updateState(tensor([[0, 2]]), tensor([[1, 2]]))
 * await metric.result().data() // [0.80685]
 * ```
 */
export class Poisson extends MeanMetric {
  static override readonly className: string = 'Poisson'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('Poisson', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return poisson(yTrue, yPred)
  }

  static fromConfig(config: Config): Poisson {
    const read = new ConfigReader('Poisson', config)
    const options = readMetricOptions(read, 'poisson')
    read.done()
    return new Poisson(options)
  }
}
