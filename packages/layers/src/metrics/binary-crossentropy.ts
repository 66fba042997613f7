import { type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { binaryCrossentropy } from '../losses/binary-crossentropy.ts'
import { type CrossentropyOptions, checkCrossentropy } from '../losses/crossentropy-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

export interface BinaryCrossentropyOptions extends MetricOptions, Omit<CrossentropyOptions, 'axis'> {}

/**
 * The mean of −t log p − (1 − t) log(1 − p) over all values so far. Names: `binaryCrossentropy`, `bce`.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#binarycrossentropy-class
 * @example
 * ```ts
 * using metric = new metrics.BinaryCrossentropy({ fromLogits: true })
 * metric.updateState(tensor([[0], [1]]), tensor([[-2], [3]]))
 * ```
 */
export class BinaryCrossentropy extends MeanMetric {
  static override readonly className: string = 'BinaryCrossentropy'
  readonly fromLogits: boolean
  readonly labelSmoothing: number

  constructor(options: BinaryCrossentropyOptions = {}) {
    const op = 'BinaryCrossentropy'
    checkOptionNames(op, options, [...metricOptionNames, 'fromLogits', 'labelSmoothing'])
    super(options)
    const { fromLogits, labelSmoothing } = checkCrossentropy(op, options)
    this.fromLogits = fromLogits
    this.labelSmoothing = labelSmoothing
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing } = this
    return binaryCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), from_logits: this.fromLogits, label_smoothing: this.labelSmoothing }
  }

  static fromConfig(config: Config): BinaryCrossentropy {
    const read = new ConfigReader('BinaryCrossentropy', config)
    const options = {
      ...readMetricOptions(read, 'binary_crossentropy'),
      fromLogits: read.boolean('from_logits', false),
      labelSmoothing: read.number('label_smoothing', 0),
    }
    read.done()
    return new BinaryCrossentropy(options)
  }
}
