import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { klDivergence } from '../losses/kl-divergence.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * The mean of Σ yTrue log(yTrue / yPred) over all samples so far, for distributions. Names: `klDivergence`, `kld`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#kldivergence-class
 * @example
 * ```ts
 * using metric = new metrics.KLDivergence()
 * metric.updateState(tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]]))
 * await metric.result().data() // [0.14384]
 * ```
 */
export class KLDivergence extends MeanMetric {
  static override readonly className: string = 'KLDivergence'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('KLDivergence', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return klDivergence(yTrue, yPred)
  }

  static fromConfig(config: Config): KLDivergence {
    const read = new ConfigReader('KLDivergence', config)
    const options = readMetricOptions(read, 'kl_divergence')
    read.done()
    return new KLDivergence(options)
  }
}
