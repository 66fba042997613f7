import { ArgumentError, type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { toSnakeCase } from '../engine/naming.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { deserializeFunction, serializeFunction } from '../saving/functions.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/** A metric as a function: one value for each sample. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor

export interface MeanMetricWrapperOptions extends MetricOptions {
  readonly fn: MetricFunction
}

/**
 * The mean of a function's values, with weights and masks. Files hold it only if `registerSerializable` knows the
 * function.
 *
 * @throws {@link ArgumentError} when `fn` is no function.
 * @see https://keras.io/api/metrics/reduction_metrics/#meanmetricwrapper-class
 * @example
 * ```ts
 * new metrics.MeanMetricWrapper({ fn: (yTrue, yPred) => mean(abs(sub(yTrue, yPred)), { axis: -1 }) })
 * ```
 */
export class MeanMetricWrapper extends MeanMetric {
  static override readonly className: string = 'MeanMetricWrapper'
  readonly fn: MetricFunction

  constructor(options: MeanMetricWrapperOptions) {
    checkOptionNames('MeanMetricWrapper', options, ['fn', ...metricOptionNames])
    const { fn, ...metricOptions } = options
    if (typeof fn !== 'function') {
      throw new ArgumentError('fn is not a function', { op: 'MeanMetricWrapper', received: { fn } })
    }
    super(fn.name === '' ? metricOptions : { name: toSnakeCase(fn.name), ...metricOptions })
    this.fn = fn
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.fn(yTrue, yPred)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), fn: serializeFunction('metric', this.fn) }
  }

  static fromConfig(config: Config): MeanMetricWrapper {
    const read = new ConfigReader('MeanMetricWrapper', config)
    const fn = read.object('fn', (json) => deserializeFunction('metric', json) as MetricFunction)
    const options = { ...readMetricOptions(read, toSnakeCase(fn.name) || 'mean_metric_wrapper'), fn }
    read.done()
    return new MeanMetricWrapper(options)
  }
}
