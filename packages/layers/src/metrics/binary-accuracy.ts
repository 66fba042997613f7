import {
  ArgumentError,
  type Config,
  cast,
  checkOptionNames,
  equal,
  greater,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { matchTargets } from '../losses/check-inputs.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

export interface BinaryAccuracyFunctionOptions {
  /** What a prediction must exceed to count as 1; between 0 and 1. Default: 0.5. */
  readonly threshold?: number
}

/**
 * 1 where a prediction lies on the side of the threshold that its target, 0 or 1, asks for: (p > threshold) = t.
 *
 * @param yTrue Zeros and ones of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns Float32 ones and zeros of the predictions' shape.
 * @throws {@link ShapeError} for different shapes, {@link ArgumentError} for a threshold that is not between 0 and 1.
 * @see https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
 * @example
 * ```ts
 * metrics.binaryAccuracy(tensor([1, 1, 0]), tensor([0.9, 0.5, 0.5])) // [1, 0, 1]
 * ```
 */
export function binaryAccuracy(
  yTrue: Tensor,
  yPred: Tensor,
  options: BinaryAccuracyFunctionOptions = {},
): Tensor {
  const op = 'binaryAccuracy'
  checkOptionNames(op, options, ['threshold'])
  const threshold = checkThreshold(op, options.threshold)
  return tidy(() => {
    const [targets, predictions] = matchTargets(op, yTrue, yPred)
    return cast(equal(targets, cast(greater(predictions, threshold), targets.dtype)), 'float32')
  })
}

function checkThreshold(op: string, threshold = 0.5): number {
  if (typeof threshold === 'number' && threshold > 0 && threshold < 1) return threshold
  throw new ArgumentError('threshold is not a number between 0 and 1', { op, received: { threshold } })
}

export interface BinaryAccuracyOptions extends MetricOptions, BinaryAccuracyFunctionOptions {}

/**
 * How often predictions lie on the right side of a threshold: (p > threshold) = t, for targets of 0 and 1.
 *
 * @throws {@link ArgumentError} for a threshold that is not between 0 and 1.
 * @see https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
 * @example
 * ```ts
 * using metric = new metrics.BinaryAccuracy()
 * metric.updateState(tensor([[1], [1], [0], [0]]), tensor([[0.98], [1], [0], [0.6]]))
 * await metric.result().data() // [0.75]
 * ```
 */
export class BinaryAccuracy extends MeanMetric {
  static override readonly className: string = 'BinaryAccuracy'
  readonly threshold: number

  constructor(options: BinaryAccuracyOptions = {}) {
    checkOptionNames('BinaryAccuracy', options, [...metricOptionNames, 'threshold'])
    super(options)
    this.threshold = checkThreshold('BinaryAccuracy', options.threshold)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryAccuracy(yTrue, yPred, { threshold: this.threshold })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), threshold: this.threshold }
  }

  static fromConfig(config: Config): BinaryAccuracy {
    const read = new ConfigReader('BinaryAccuracy', config)
    const options = {
      ...readMetricOptions(read, 'binary_accuracy'),
      threshold: read.number('threshold', 0.5),
    }
    read.done()
    return new BinaryAccuracy(options)
  }
}
