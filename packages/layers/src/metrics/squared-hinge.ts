import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { squaredHinge } from '../losses/squared-hinge.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of max(0, 1 − yTrue · yPred)² over all values so far, for targets of −1 and 1, or of 0 and 1. Name:
 * `squaredHinge`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/hinge_metrics/#squaredhinge-class
 * @example
 * ```ts
 * using metric = new metrics.SquaredHinge()
 * metric.updateState(tensor([[-1, 1]]), tensor([[0.5, 2]]))
 * await metric.result().data() // [1.125]
 * ```
 */
export class SquaredHinge extends MeanMetric {
  static override readonly className: string = 'SquaredHinge'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('SquaredHinge', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredHinge(yTrue, yPred)
  }

  static fromConfig(config: Config): SquaredHinge {
    const read = new ConfigReader('SquaredHinge', config)
    const options = readMetricOptions(read, 'squared_hinge')
    read.done()
    return new SquaredHinge(options)
  }
}
