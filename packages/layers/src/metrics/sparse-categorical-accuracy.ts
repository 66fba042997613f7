import { argMax, type Config, cast, checkOptionNames, equal, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchLabels } from './match-classes.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * 1 where the greatest prediction is that of the class that the label names: yTrue = argMax(yPred).
 *
 * @param yTrue Class numbers, of the predictions' shape without the last axis, or with size 1 there.
 * @returns Float32 ones and zeros, one for each label.
 * @throws {@link ShapeError} for shapes that do not agree.
 * @see https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class
 * @example
 * ```ts
 * metrics.sparseCategoricalAccuracy(tensor([1, 0]), tensor([[0.2, 0.8], [0.3, 0.7]])) // [1, 0]
 * ```
 */
export function sparseCategoricalAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const labels = matchLabels('sparseCategoricalAccuracy', yTrue, yPred)
    return cast(equal(labels, argMax(yPred, { axis: -1 })), 'float32')
  })
}

/**
 * How often the greatest prediction is that of the right class, for class numbers as targets.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class
 * @example
 * ```ts
 * using metric = new metrics.SparseCategoricalAccuracy()
 * metric.updateState(tensor([1, 0]), tensor([[0.2, 0.8], [0.3, 0.7]]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class SparseCategoricalAccuracy extends MeanMetric {
  static override readonly className: string = 'SparseCategoricalAccuracy'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('SparseCategoricalAccuracy', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sparseCategoricalAccuracy(yTrue, yPred)
  }

  static fromConfig(config: Config): SparseCategoricalAccuracy {
    const read = new ConfigReader('SparseCategoricalAccuracy', config)
    const options = readMetricOptions(read, 'sparse_categorical_accuracy')
    read.done()
    return new SparseCategoricalAccuracy(options)
  }
}
