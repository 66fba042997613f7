import {
  type Config,
  cast,
  checkOptionNames,
  equal,
  ShapeError,
  sameShape,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { alignRanks } from '../losses/align-ranks.ts'
import { checkTensors } from '../losses/check-inputs.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * 1 where predictions equal targets, else 0, element by element.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns Float32 ones and zeros of the predictions' shape.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/metrics/accuracy_metrics/#accuracy-class
 * @example
 * ```ts
 * metrics.accuracy(tensor([1, 2, 3]), tensor([1, 5, 3])) // [1, 0, 1]
 * ```
 */
export function accuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  const op = 'accuracy'
  checkTensors(op, yTrue, yPred)
  return tidy(() => {
    const [targets, predictions] = alignRanks(yTrue, yPred)
    if (!sameShape(targets.shape, predictions.shape)) {
      throw new ShapeError('targets and predictions have different shapes', {
        op,
        received: { yTrue, yPred },
      })
    }
    return cast(equal(targets, predictions), 'float32')
  })
}

/**
 * How often predictions equal targets, exactly. Among the metrics of `compile`, 'accuracy' instead means the member of
 * the family that fits the shapes.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/accuracy_metrics/#accuracy-class
 * @example
 * ```ts
 * using metric = new metrics.Accuracy()
 * metric.updateState(tensor([[1], [2], [3], [4]]), tensor([[0], [2], [3], [4]]))
 * await metric.result().data() // [0.75]
 * ```
 */
export class Accuracy extends MeanMetric {
  static override readonly className: string = 'Accuracy'

  constructor(options: MetricOptions = {}) {
    checkOptionNames('Accuracy', options, metricOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return accuracy(yTrue, yPred)
  }

  static fromConfig(config: Config): Accuracy {
    const read = new ConfigReader('Accuracy', config)
    const options = readMetricOptions(read, 'accuracy')
    read.done()
    return new Accuracy(options)
  }
}
