import { argMax, type Config, checkOptionNames, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkK, inTopK, type TopKOptions } from './in-top-k.ts'
import { matchClasses } from './match-classes.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * 1 where the right class is among those with the k greatest predictions; ties with the last of them count.
 *
 * @param yTrue One-hot rows or other distributions over the classes, of the predictions' shape.
 * @returns Float32 ones and zeros: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes, {@link ArgumentError} for a k that is no whole number above 0.
 * @see https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class
 * @example
 * ```ts
 * metrics.topKCategoricalAccuracy(tensor([[0, 0, 1]]), tensor([[0.5, 0.2, 0.3]]), { k: 2 }) // [1]
 * ```
 */
export function topKCategoricalAccuracy(yTrue: Tensor, yPred: Tensor, options: TopKOptions = {}): Tensor {
  const op = 'topKCategoricalAccuracy'
  checkOptionNames(op, options, ['k'])
  const k = checkK(op, options.k)
  return tidy(() => {
    const [targets, predictions] = matchClasses(op, yTrue, yPred)
    return inTopK(argMax(targets, { axis: -1 }), predictions, k)
  })
}

export interface TopKCategoricalAccuracyOptions extends MetricOptions, TopKOptions {}

/**
 * How often the right class is among those with the k greatest predictions, for one-hot targets.
 *
 * @throws {@link ArgumentError} for a k that is no whole number above 0.
 * @see https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class
 * @example
 * ```ts
 * using metric = new metrics.TopKCategoricalAccuracy({ k: 2 })
 * metric.updateState(tensor([[0, 0, 1], [0, 1, 0]]), tensor([[0.1, 0.9, 0.8], [0.05, 0, 0.95]]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class TopKCategoricalAccuracy extends MeanMetric {
  static override readonly className: string = 'TopKCategoricalAccuracy'
  readonly k: number

  constructor(options: TopKCategoricalAccuracyOptions = {}) {
    checkOptionNames('TopKCategoricalAccuracy', options, [...metricOptionNames, 'k'])
    super(options)
    this.k = checkK('TopKCategoricalAccuracy', options.k)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return topKCategoricalAccuracy(yTrue, yPred, { k: this.k })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), k: this.k }
  }

  static fromConfig(config: Config): TopKCategoricalAccuracy {
    const read = new ConfigReader('TopKCategoricalAccuracy', config)
    const options = { ...readMetricOptions(read, 'top_k_categorical_accuracy'), k: read.integer('k', 5) }
    read.done()
    return new TopKCategoricalAccuracy(options)
  }
}
