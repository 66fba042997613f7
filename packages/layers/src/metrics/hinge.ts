import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { hinge } from '../losses/hinge.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of max(0, 1 − yTrue · yPred) over all values so far, for targets of −1 and 1, or of 0 and 1. Name:
 * `hinge`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/hinge_metrics/#hinge-class
 * @example
 * ```ts
 * using metric = new metrics.Hinge()
 * metric.updateState(tensor([[-1, 1]]), tensor([[0.5, 2]]))
 * await metric.result().data() // [0.75]
 * ```
 */
export class Hinge extends MeanMetric {
  static override readonly className: string = 'Hinge'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('Hinge', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return hinge(yTrue, yPred)
  }

  static fromConfig(config: Config): Hinge {
    const read = new ConfigReader('Hinge', config)
    const options = readMetricOptions(read, 'hinge')
    read.done()
    return new Hinge(options)
  }
}
