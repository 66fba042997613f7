import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { categoricalCrossentropy } from '../losses/categorical-crossentropy.ts'
import {
  type CrossentropyOptions,
  checkCrossentropy,
  crossentropyOptionNames,
  readCrossentropy,
} from '../losses/crossentropy-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

export interface CategoricalCrossentropyOptions extends MetricOptions, CrossentropyOptions {}

/**
 * The mean of −Σ t log p over all samples so far, for one-hot targets. Name: `categoricalCrossentropy`.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#categoricalcrossentropy-class
 * @example
 * ```ts
 * using metric = new metrics.CategoricalCrossentropy({ fromLogits: true })
 * metric.updateState(tensor([[0, 1]]), tensor([[-2, 3]]))
 * ```
 */
export class CategoricalCrossentropy extends MeanMetric {
  static override readonly className: string = 'CategoricalCrossentropy'
  readonly fromLogits: boolean
  readonly labelSmoothing: number
  readonly axis: number

  constructor(options: CategoricalCrossentropyOptions = {}) {
    const op = 'CategoricalCrossentropy'
    checkOptionNames(op, options, [...metricOptionNames, ...crossentropyOptionNames])
    super(options)
    const { fromLogits, labelSmoothing, axis } = checkCrossentropy(op, options)
    this.fromLogits = fromLogits
    this.labelSmoothing = labelSmoothing
    this.axis = axis
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this
    return categoricalCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing, axis })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.fromLogits,
      label_smoothing: this.labelSmoothing,
      axis: this.axis,
    }
  }

  static fromConfig(config: Config): CategoricalCrossentropy {
    const read = new ConfigReader('CategoricalCrossentropy', config)
    const options = { ...readMetricOptions(read, 'categorical_crossentropy'), ...readCrossentropy(read) }
    read.done()
    return new CategoricalCrossentropy(options)
  }
}
