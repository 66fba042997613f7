import {
  type Config,
  checkOptionNames,
  div,
  mean,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { matchTargets } from '../losses/check-inputs.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * Pearson’s correlation cov(yTrue, yPred) / (σ(yTrue) σ(yPred)) along an axis; NaN where either does not vary.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the axis.
 * @throws {@link ShapeError} for different shapes and for a missing axis, {@link ArgumentError} for an axis that is no whole number.
 * @see https://keras.io/api/metrics/correlation_metrics/#pearsoncorrelation-class
 * @example
 * ```ts
 * metrics.pearsonCorrelation(tensor([[0, 1, 0.5]]), tensor([[0.1, 0.9, 1]])) // [0.8109]
 * ```
 */
export function pearsonCorrelation(
  yTrue: Tensor,
  yPred: Tensor,
  options: { readonly axis?: number } = {},
): Tensor {
  const op = 'pearsonCorrelation'
  checkOptionNames(op, options, ['axis'])
  const axis = checkNumber(op, 'axis', options.axis ?? -1, 'integer')
  return tidy(() => {
    const [targets, predictions] = matchTargets(op, yTrue, yPred)
    const standardized = (x: Tensor): Tensor => {
      const centered = sub(x, mean(x, { axis, keepDims: true }))
      return div(centered, sqrt(mean(square(centered), { axis, keepDims: true })))
    }
    return mean(mul(standardized(targets), standardized(predictions)), { axis })
  })
}

export interface PearsonCorrelationOptions extends MetricOptions {
  /** The axis of the values that are compared. Default: −1. */
  readonly axis?: number
}

/**
 * The mean of Pearson’s correlations over all samples so far; NaN where values do not vary. Name: `pearsonCorrelation`.
 *
 * @throws {@link ArgumentError} for an unknown option or an axis that is no whole number.
 * @see https://keras.io/api/metrics/correlation_metrics/#pearsoncorrelation-class
 * @example
 * ```ts
 * using metric = new metrics.PearsonCorrelation()
 * metric.updateState(tensor([[0, 1, 0.5]]), tensor([[0.1, 0.9, 1]]))
 * await metric.result().data() // [0.8109]
 * ```
 */
export class PearsonCorrelation extends MeanMetric {
  static override readonly className: string = 'PearsonCorrelation'
  readonly axis: number

  constructor(options: PearsonCorrelationOptions = {}) {
    checkOptionNames('PearsonCorrelation', options, [...metricOptionNames, 'axis'])
    super(options)
    this.axis = checkNumber('PearsonCorrelation', 'axis', options.axis ?? -1, 'integer')
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return pearsonCorrelation(yTrue, yPred, { axis: this.axis })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis }
  }

  static fromConfig(config: Config): PearsonCorrelation {
    const read = new ConfigReader('PearsonCorrelation', config)
    const options = { ...readMetricOptions(read, 'pearson_correlation'), axis: read.integer('axis', -1) }
    read.done()
    return new PearsonCorrelation(options)
  }
}
