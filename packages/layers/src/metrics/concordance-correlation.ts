import {
  add,
  type Config,
  checkOptionNames,
  div,
  mean,
  mul,
  square,
  sub,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { matchTargets } from '../losses/check-inputs.ts'
import { epsilon } from '../losses/probabilities.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

/**
 * Lin’s concordance correlation 2 cov(yTrue, yPred) / (σ²(yTrue) + σ²(yPred) + (μ(yTrue) − μ(yPred))² + 1e-7) along an
 * axis: like Pearson’s, but 1 only where the values themselves agree.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the axis.
 * @throws {@link ShapeError} for different shapes and for a missing axis, {@link ArgumentError} for an axis that is no whole number.
 * @see https://keras.io/api/metrics/correlation_metrics/#concordancecorrelation-class
 * @example
 * ```ts
 * metrics.concordanceCorrelation(tensor([[0, 1, 0.5]]), tensor([[0.1, 0.9, 1]])) // [0.7477]
 * ```
 */
export function concordanceCorrelation(
  yTrue: Tensor,
  yPred: Tensor,
  options: { readonly axis?: number } = {},
): Tensor {
  const op = 'concordanceCorrelation'
  checkOptionNames(op, options, ['axis'])
  const axis = checkNumber(op, 'axis', options.axis ?? -1, 'integer')
  const over = { axis, keepDims: true }
  return tidy(() => {
    const [targets, predictions] = matchTargets(op, yTrue, yPred)
    const [targetMean, predictionMean] = [mean(targets, over), mean(predictions, over)]
    const [t, p] = [sub(targets, targetMean), sub(predictions, predictionMean)]
    const spread = add(mean(square(t), over), mean(square(p), over))
    const apart = add(add(spread, square(sub(targetMean, predictionMean))), epsilon)
    return mean(div(mul(mul(t, p), 2), apart), { axis })
  })
}

export interface ConcordanceCorrelationOptions extends MetricOptions {
  /** The axis of the values that are compared. Default: −1. */
  readonly axis?: number
}

/**
 * The mean of Lin’s concordance correlations over all samples so far. Name: `concordanceCorrelation`.
 *
 * @throws {@link ArgumentError} for an unknown option or an axis that is no whole number.
 * @see https://keras.io/api/metrics/correlation_metrics/#concordancecorrelation-class
 * @example
 * ```ts
 * using metric = new metrics.ConcordanceCorrelation()
 * metric.updateState(tensor([[0, 1, 0.5]]), tensor([[0.1, 0.9, 1]]))
 * await metric.result().data() // [0.7477]
 * ```
 */
export class ConcordanceCorrelation extends MeanMetric {
  static override readonly className: string = 'ConcordanceCorrelation'
  readonly axis: number

  constructor(options: ConcordanceCorrelationOptions = {}) {
    checkOptionNames('ConcordanceCorrelation', options, [...metricOptionNames, 'axis'])
    super(options)
    this.axis = checkNumber('ConcordanceCorrelation', 'axis', options.axis ?? -1, 'integer')
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return concordanceCorrelation(yTrue, yPred, { axis: this.axis })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis }
  }

  static fromConfig(config: Config): ConcordanceCorrelation {
    const read = new ConfigReader('ConcordanceCorrelation', config)
    const options = { ...readMetricOptions(read, 'concordance_correlation'), axis: read.integer('axis', -1) }
    read.done()
    return new ConcordanceCorrelation(options)
  }
}
