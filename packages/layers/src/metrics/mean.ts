import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import type { Weighting } from '../losses/weighting.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkValuesOnly } from './check-values.ts'
import { Metric, type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'
import { addToMean, resultOfMean } from './running-mean.ts'

/**
 * The weighted mean of values, Σ v·w / Σ w; 0 where there are none.
 *
 * It takes the values themselves, not targets and predictions: it serves loops of your own, not `compile`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/reduction_metrics/#mean-class
 * @example
 * ```ts
 * using mean = new metrics.Mean()
 * mean.updateState(tensor([1, 3, 5, 7]), { sampleWeight: tensor([1, 1, 0, 0]) })
 * await mean.result().data() // [2]
 * ```
 */
export class Mean extends Metric {
  static override readonly className: string = 'Mean'
  readonly #mean = { total: this.addVariable('total'), count: this.addVariable('count') }

  constructor(options: MetricOptions = {}) {
    checkOptionNames('Mean', options, metricOptionNames)
    super(options)
  }

  /** @throws {@link ArgumentError} for targets and predictions, {@link ShapeError} for weights that do not fit. */
  override updateState(values: Tensor, weighting?: Weighting): void
  override updateState(yTrue: Tensor, yPred: Tensor): never
  override updateState(values: Tensor, given: Weighting | Tensor = {}): void {
    const weighting = checkValuesOnly(this.name, values, given)
    const { sampleWeight = null, mask = getMask(values) } = weighting
    addToMean(this.name, this.#mean, values, { sampleWeight, mask })
  }

  override result(): Tensor {
    return resultOfMean(this.#mean)
  }

  static fromConfig(config: Config): Mean {
    const read = new ConfigReader('Mean', config)
    const options = readMetricOptions(read, 'mean')
    read.done()
    return new Mean(options)
  }
}
