import {
  ArgumentError,
  add,
  type Config,
  checkOptionNames,
  div,
  equal,
  isInf,
  less,
  mean,
  mul,
  ShapeError,
  scalar,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
  where,
} from '@tapegrad/core'
import { matchTargets } from '../losses/check-inputs.ts'
import type { Weighting } from '../losses/weighting.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkOneOf } from '../saving/option-values.ts'
import { weightsOfBatch } from './batch-weights.ts'
import { countsOf } from './confusion.ts'
import { Metric, type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'
import type { MetricVariable } from './metric-variable.ts'
import { toDType } from './weigh.ts'

export interface R2ScoreOptions extends MetricOptions {
  /**
   * How the scores of the outputs become one: their mean, or their mean weighed by the variance of the targets; null
   * leaves one score for each output. Default: uniformAverage.
   */
  readonly classAggregation?: 'uniformAverage' | 'varianceWeightedAverage' | null
  /** How many independent regressors the model has, for the adjusted score; 0: not adjusted. Default: 0. */
  readonly numRegressors?: number
}

interface Sums {
  readonly squaredSum: MetricVariable
  readonly sum: MetricVariable
  readonly residual: MetricVariable
  readonly count: MetricVariable
}

const aggregations = {
  uniform_average: 'uniformAverage',
  variance_weighted_average: 'varianceWeightedAverage',
} as const

/**
 * 1 − Σ (yTrue − yPred)² / Σ (yTrue − mean)², the share of the targets' variance that predictions of shape
 * [batch, outputs] explain. Name: `r2Score`.
 *
 * An output whose targets do not vary has the score 0. With p regressors and n values, as Keras counts them one for
 * each sample and output, the score R² becomes 1 − (1 − R²) (n − 1) / (n − p − 1) where n − 1 > p. What the
 * predictions' mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/regression_metrics/#r2score-class
 * @example
 * ```ts
 * using metric = new metrics.R2Score()
 * metric.updateState(tensor([[1], [4], [3]]), tensor([[2], [4], [4]]))
 * await metric.result().data() // [0.57143]
 * ```
 */
export class R2Score extends Metric {
  static override readonly className: string = 'R2Score'
  readonly classAggregation: 'uniformAverage' | 'varianceWeightedAverage' | null
  readonly numRegressors: number
  readonly #samples = this.addVariable('num_samples')
  #sums: Sums | null = null

  constructor(options: R2ScoreOptions = {}) {
    checkOptionNames('R2Score', options, [...metricOptionNames, 'classAggregation', 'numRegressors'])
    super(options)
    const { classAggregation = 'uniformAverage', numRegressors = 0 } = options
    this.classAggregation = checkOneOf('R2Score', 'classAggregation', classAggregation, [
      'uniformAverage',
      'varianceWeightedAverage',
      null,
    ])
    if (!Number.isSafeInteger(numRegressors) || numRegressors < 0) {
      throw new ArgumentError('numRegressors is not a whole number of at least 0', {
        op: 'R2Score',
        received: { numRegressors },
      })
    }
    this.numRegressors = numRegressors
  }

  #addSums(outputs: number): Sums {
    this.#sums = {
      squaredSum: this.addVariable('squared_sum', [outputs]),
      sum: this.addVariable('sum', [outputs]),
      residual: this.addVariable('residual', [outputs]),
      count: this.addVariable('count', [outputs]),
    }
    return this.#sums
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    tidy(() => {
      const [given, guessed] = matchTargets(this.name, yTrue, yPred)
      const [, outputs] = guessed.shape
      const known = this.#sums?.sum.shape[0] ?? outputs
      if (guessed.rank !== 2 || outputs !== known) {
        throw new ShapeError('the predictions are no outputs of samples', {
          op: this.name,
          received: { yPred },
          expected: `[batch, ${known ?? 'outputs'}]`,
        })
      }
      const weights = weightsOfBatch(this.name, toDType(guessed, this.dtype), yPred, weighting)
      // What is masked may be infinite.
      const counted = (x: Tensor): Tensor => where(equal(weights, 0), 0, toDType(x, this.dtype))
      const [targets, predictions] = [counted(given), counted(guessed)]
      const { backend } = yPred.storage
      const addTo = (total: MetricVariable, value: Tensor | number): void => {
        const variable = total.on(backend)
        variable.assign(add(variable, value))
      }
      const sums = this.#sums ?? this.#addSums(outputs!)
      const weighted = mul(targets, weights)
      addTo(sums.sum, sum(weighted, { axis: 0 }))
      addTo(sums.squaredSum, sum(mul(targets, weighted), { axis: 0 }))
      addTo(sums.residual, sum(mul(square(sub(targets, predictions)), weights), { axis: 0 }))
      addTo(sums.count, sum(weights, { axis: 0 }))
      addTo(this.#samples, guessed.size)
    })
  }

  override result(): Tensor {
    const sums = this.#sums
    if (sums === null) return scalar(0, { dtype: this.dtype })
    return tidy(() => {
      const [total, count] = [countsOf(sums.sum), countsOf(sums.count)]
      const spread = sub(countsOf(sums.squaredSum), mul(total, div(total, count)))
      const ratio = sub(1, div(countsOf(sums.residual), spread))
      const scores = where(isInf(ratio), 0, ratio)
      return this.#adjust(this.#aggregate(scores, spread), countsOf(this.#samples))
    })
  }

  #aggregate(scores: Tensor, spread: Tensor): Tensor {
    if (this.classAggregation === null) return scores
    if (this.classAggregation === 'uniformAverage') return mean(scores)
    return div(sum(mul(scores, spread)), sum(spread))
  }

  #adjust(score: Tensor, samples: Tensor): Tensor {
    if (this.numRegressors === 0) return score
    const free = sub(samples, this.numRegressors + 1)
    const isEnough = less(0, free)
    const adjusted = sub(1, div(mul(sub(1, score), sub(samples, 1)), where(isEnough, free, 1)))
    return where(isEnough, adjusted, score)
  }

  override getConfig(): Config {
    const [wire = null] =
      Object.entries(aggregations).find(([, name]) => name === this.classAggregation) ?? []
    return { ...super.getConfig(), class_aggregation: wire, num_regressors: this.numRegressors }
  }

  static fromConfig(config: Config): R2Score {
    const read = new ConfigReader('R2Score', config)
    const isGiven = read.has('class_aggregation')
    const wire = read.oneOf('class_aggregation', ['uniform_average', 'variance_weighted_average'], null)
    const options = {
      ...readMetricOptions(read, 'r2_score'),
      ...(isGiven ? { classAggregation: wire === null ? null : aggregations[wire] } : {}),
      numRegressors: read.integer('num_regressors', 0),
    }
    read.done()
    return new R2Score(options)
  }
}
