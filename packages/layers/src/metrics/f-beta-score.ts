import {
  ArgumentError,
  abs,
  add,
  type Config,
  cast,
  checkOptionNames,
  div,
  greater,
  greaterEqual,
  logicalAnd,
  max,
  mean,
  mul,
  ShapeError,
  scalar,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { matchTargets } from '../losses/check-inputs.ts'
import { epsilon } from '../losses/probabilities.ts'
import type { Weighting } from '../losses/weighting.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber, checkOneOf } from '../saving/option-values.ts'
import { weightsOfBatch } from './batch-weights.ts'
import { countsOf } from './confusion.ts'
import { Metric, type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'
import type { MetricVariable } from './metric-variable.ts'
import { toDType } from './weigh.ts'

export interface F1ScoreOptions extends MetricOptions {
  /**
   * How the scores of the classes become one: all answers counted together (micro), their mean (macro), or their mean
   * weighed by how often each class is right (weighted); null leaves one score for each class. Default: null.
   */
  readonly average?: 'micro' | 'macro' | 'weighted' | null
  /** What predictions must exceed to be positive, above 0 and up to 1; null: the greatest one is. Default: null. */
  readonly threshold?: number | null
}

export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more the recall weighs than the precision, above 0. Default: 1. */
  readonly beta?: number
}

interface Counts {
  readonly truePositives: MetricVariable
  readonly falsePositives: MetricVariable
  readonly falseNegatives: MetricVariable
  readonly weights: MetricVariable
}

/**
 * (1 + β²) P R / (β² P + R), the weighted harmonic mean of precision P and recall R, for targets of 0 and 1 of shape
 * [batch, classes]. Name: `fBetaScore`.
 *
 * Without `average` the result has one score for each class, and `compile` does not take it. What the predictions'
 * mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/classification_metrics/#fbetascore-class
 * @example
 * ```ts
 * using metric = new metrics.FBetaScore({ beta: 2, threshold: 0.5 })
 * metric.updateState(tensor([[1, 1], [0, 1]]), tensor([[0.9, 0.2], [0.7, 0.8]]))
 * await metric.result().data() // [0.83333, 0.55556]
 * ```
 */
export class FBetaScore extends Metric {
  static override readonly className: string = 'FBetaScore'
  readonly average: 'micro' | 'macro' | 'weighted' | null
  readonly beta: number
  readonly threshold: number | null
  #state: Counts | null = null

  constructor(options: FBetaScoreOptions = {}) {
    const op = 'FBetaScore'
    checkOptionNames(op, options, [...metricOptionNames, 'average', 'beta', 'threshold'])
    super({ name: 'fbeta_score', ...options })
    const { average = null, beta = 1, threshold = null } = options
    this.average = checkOneOf(op, 'average', average, ['micro', 'macro', 'weighted', null])
    this.beta = checkNumber(op, 'beta', beta, 'positive')
    this.threshold = checkThreshold(op, threshold)
  }

  #addState(classes: number): Counts {
    const shape = this.average === 'micro' ? [] : [classes]
    this.#state = {
      truePositives: this.addVariable('true_positives', shape),
      falsePositives: this.addVariable('false_positives', shape),
      falseNegatives: this.addVariable('false_negatives', shape),
      weights: this.addVariable('intermediate_weights', shape),
    }
    return this.#state
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    tidy(() => {
      const [targets, predictions] = matchTargets(this.name, yTrue, yPred)
      const [, classes] = predictions.shape
      const state = this.#state
      const known = state?.truePositives.shape[0] ?? classes
      if (predictions.rank !== 2 || classes === 0 || classes !== known) {
        throw new ShapeError('the predictions are no classes of samples', {
          op: this.name,
          received: { yPred },
          expected: `[batch, ${known === undefined || known === 0 ? 'classes' : known}]`,
        })
      }
      const answers = cast(this.#positives(predictions), this.dtype)
      const labels = toDType(targets, this.dtype)
      const weights = weightsOfBatch(this.name, answers, yPred, weighting)
      const over = this.average === 'micro' ? {} : { axis: 0 }
      const { backend } = yPred.storage
      const addTo = (counted: MetricVariable, values: Tensor): void => {
        const variable = counted.on(backend)
        variable.assign(add(variable, sum(mul(values, weights), over)))
      }
      const counts = state ?? this.#addState(classes!)
      addTo(counts.truePositives, mul(answers, labels))
      addTo(counts.falsePositives, mul(answers, sub(1, labels)))
      addTo(counts.falseNegatives, mul(sub(1, answers), labels))
      addTo(counts.weights, labels)
    })
  }

  #positives(predictions: Tensor): Tensor {
    if (this.threshold !== null) return greater(predictions, this.threshold)
    const isGreatest = greaterEqual(predictions, max(predictions, { axis: -1, keepDims: true }))
    // Zeros everywhere name no class.
    return logicalAnd(isGreatest, greater(abs(predictions), 1e-9))
  }

  override result(): Tensor {
    const state = this.#state
    if (state === null) return scalar(0, { dtype: this.dtype })
    return tidy(() => {
      const found = countsOf(state.truePositives)
      const share = (rest: MetricVariable): Tensor => div(found, add(add(found, countsOf(rest)), epsilon))
      const [precision, recall] = [share(state.falsePositives), share(state.falseNegatives)]
      const square = this.beta ** 2
      const both = add(add(mul(precision, square), recall), epsilon)
      const scores = mul(div(mul(precision, recall), both), 1 + square)
      if (this.average === null) return scores
      if (this.average !== 'weighted') return mean(scores)
      const weights = countsOf(state.weights)
      return sum(mul(scores, div(weights, add(sum(weights), epsilon))))
    })
  }

  override getConfig(): Config {
    const { average, beta, threshold } = this
    return { ...super.getConfig(), average, beta, threshold }
  }

  static fromConfig(config: Config): FBetaScore {
    const read = new ConfigReader('FBetaScore', config)
    const options = { ...readFScore(read, 'fbeta_score'), beta: read.number('beta', 1) }
    read.done()
    return new FBetaScore(options)
  }
}

function checkThreshold(op: string, threshold: unknown): number | null {
  if (threshold === null) return null
  const checked = checkNumber(op, 'threshold', threshold, 'unitInterval')
  if (checked > 0) return checked
  throw new ArgumentError('threshold is not above 0', { op, received: { threshold } })
}

/** The options of F scores, as a file holds them. */
export function readFScore(read: ConfigReader, name: string): F1ScoreOptions {
  return {
    ...readMetricOptions(read, name),
    average: read.oneOf('average', ['micro', 'macro', 'weighted'], null),
    threshold: read.number('threshold', null),
  }
}
