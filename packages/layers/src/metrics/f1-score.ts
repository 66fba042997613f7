import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { type F1ScoreOptions, FBetaScore, readFScore } from './f-beta-score.ts'
import { metricOptionNames } from './metric.ts'

/**
 * 2 P R / (P + R), the harmonic mean of precision P and recall R, for targets of 0 and 1 of shape [batch, classes].
 * Name: `f1Score`.
 *
 * Without `average` the result has one score for each class, and `compile` does not take it. What the predictions'
 * mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/classification_metrics/#f1score-class
 * @example
 * ```ts
 * using metric = new metrics.F1Score({ average: 'macro', threshold: 0.5 })
 * metric.updateState(tensor([[1, 1], [0, 1]]), tensor([[0.9, 0.2], [0.7, 0.8]]))
 * await metric.result().data() // [0.66667]
 * ```
 */
export class F1Score extends FBetaScore {
  static override readonly className: string = 'F1Score'

  constructor(options: F1ScoreOptions = {}) {
    checkOptionNames('F1Score', options, [...metricOptionNames, 'average', 'threshold'])
    super({ name: 'f1_score', ...options })
  }

  override getConfig(): Config {
    const { beta: _, ...config } = super.getConfig()
    return config
  }

  static override fromConfig(config: Config): F1Score {
    const read = new ConfigReader('F1Score', config)
    const options = readFScore(read, 'f1_score')
    read.done()
    return new F1Score(options)
  }
}
