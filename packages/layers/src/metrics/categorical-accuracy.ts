import { argMax, type Config, cast, checkOptionNames, equal, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchClasses } from './match-classes.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * 1 where the greatest prediction is that of the class with the greatest target: argMax(yTrue) = argMax(yPred).
 *
 * @param yTrue One-hot rows or other distributions over the classes, of the predictions' shape.
 * @returns Float32 ones and zeros: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class
 * @example
 * ```ts
 * metrics.categoricalAccuracy(tensor([[0, 1], [1, 0]]), tensor([[0.2, 0.8], [0.3, 0.7]])) // [1, 0]
 * ```
 */
export function categoricalAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchClasses('categoricalAccuracy', yTrue, yPred)
    return cast(equal(argMax(targets, { axis: -1 }), argMax(predictions, { axis: -1 })), 'float32')
  })
}

/**
 * How often the greatest prediction is that of the right class, for one-hot targets.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class
 * @example
 * ```ts
 * using metric = new metrics.CategoricalAccuracy()
 * metric.updateState(tensor([[0, 1], [1, 0]]), tensor([[0.2, 0.8], [0.3, 0.7]]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class CategoricalAccuracy extends MeanMetric {
  static override readonly className: string = 'CategoricalAccuracy'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('CategoricalAccuracy', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalAccuracy(yTrue, yPred)
  }

  static fromConfig(config: Config): CategoricalAccuracy {
    const read = new ConfigReader('CategoricalAccuracy', config)
    const options = readMetricOptions(read, 'categorical_accuracy')
    read.done()
    return new CategoricalAccuracy(options)
  }
}
