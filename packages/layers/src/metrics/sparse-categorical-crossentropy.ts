import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import {
  checkSparseCrossentropy,
  readSparseCrossentropy,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
  sparseCrossentropyOptionNames,
} from '../losses/sparse-categorical-crossentropy.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

export interface SparseCategoricalCrossentropyOptions extends MetricOptions, SparseCrossentropyOptions {}

/**
 * The mean of −log p of the right class over all samples so far, for class numbers as targets. Name:
 * `sparseCategoricalCrossentropy`.
 *
 * Labels of `ignoreClass` do not count; in Keras they count as zeros unless there are sample weights.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#sparsecategoricalcrossentropy-class
 * @example
 * ```ts
 * using metric = new metrics.SparseCategoricalCrossentropy({ fromLogits: true })
 * metric.updateState(tensor([1]), tensor([[-2, 3]]))
 * ```
 */
export class SparseCategoricalCrossentropy extends MeanMetric {
  static override readonly className: string = 'SparseCategoricalCrossentropy'
  readonly fromLogits: boolean
  readonly ignoreClass: number | null
  readonly axis: number

  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    const op = 'SparseCategoricalCrossentropy'
    checkOptionNames(op, options, [...metricOptionNames, ...sparseCrossentropyOptionNames])
    super(options)
    const { fromLogits, ignoreClass, axis } = checkSparseCrossentropy(op, options)
    this.fromLogits = fromLogits
    this.ignoreClass = ignoreClass
    this.axis = axis
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, ignoreClass, axis } = this
    return sparseCategoricalCrossentropy(yTrue, yPred, { fromLogits, ignoreClass, axis })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.fromLogits,
      ignore_class: this.ignoreClass,
      axis: this.axis,
    }
  }

  static fromConfig(config: Config): SparseCategoricalCrossentropy {
    const read = new ConfigReader('SparseCategoricalCrossentropy', config)
    const options = {
      ...readMetricOptions(read, 'sparse_categorical_crossentropy'),
      ...readSparseCrossentropy(read),
    }
    read.done()
    return new SparseCategoricalCrossentropy(options)
  }
}
