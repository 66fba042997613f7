import {
  type Config,
  checkOptionNames,
  div,
  maximum,
  mul,
  neg,
  sqrt,
  square,
  sum,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { epsilon } from './probabilities.ts'

/** The option of cosine similarities. */
export interface CosineSimilarityAxis {
  /** The axis of the vectors' components. Default: −1. */
  readonly axis?: number
}

/**
 * −cos(yTrue, yPred) = −Σ yTrue yPred / (‖yTrue‖ ‖yPred‖): −1 for vectors of one direction, 1 for opposite ones.
 *
 * Norms are at least 1e-7, so a vector of zeros gives 0.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each vector: the shape without `axis`.
 * @throws {@link ShapeError} for different shapes and for a missing axis, {@link ArgumentError} for an axis that is no whole number.
 * @see https://keras.io/api/losses/regression_losses/#cosinesimilarity-class
 * @example
 * ```ts
 * losses.cosineSimilarity(tensor([[3, 4]]), tensor([[4, 3]])) // [-0.96]
 * ```
 */
export function cosineSimilarity(yTrue: Tensor, yPred: Tensor, options: CosineSimilarityAxis = {}): Tensor {
  const op = 'cosineSimilarity'
  checkOptionNames(op, options, ['axis'])
  return tidy(() => neg(cosineOf(op, yTrue, yPred, checkNumber(op, 'axis', options.axis ?? -1, 'integer'))))
}

/** The cosine of the angles between targets and predictions. */
export function cosineOf(op: string, yTrue: Tensor, yPred: Tensor, axis: number): Tensor {
  const [targets, predictions] = matchTargets(op, yTrue, yPred)
  // The root is of the larger one: that of 0 has no gradient.
  const unit = (x: Tensor): Tensor =>
    div(x, sqrt(maximum(sum(square(x), { axis, keepDims: true }), epsilon * epsilon)))
  return sum(mul(unit(targets), unit(predictions)), { axis })
}

export interface CosineSimilarityOptions extends LossOptions, CosineSimilarityAxis {}

/**
 * The loss −Σ yTrue yPred / (‖yTrue‖ ‖yPred‖): −1 for vectors of one direction, 1 for opposite ones. Name:
 * `cosineSimilarity`.
 *
 * @throws {@link ArgumentError} for an unknown option or an axis that is no whole number.
 * @see https://keras.io/api/losses/regression_losses/#cosinesimilarity-class
 * @example
 * ```ts
 * new losses.CosineSimilarity().apply(tensor([[3, 4]]), tensor([[4, 3]])) // -0.96
 * ```
 */
export class CosineSimilarity extends Loss {
  static override readonly className: string = 'CosineSimilarity'
  readonly axis: number

  constructor(options: CosineSimilarityOptions = {}) {
    checkOptionNames('CosineSimilarity', options, [...lossOptionNames, 'axis'])
    super(options)
    this.axis = checkNumber('CosineSimilarity', 'axis', options.axis ?? -1, 'integer')
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return cosineSimilarity(yTrue, yPred, { axis: this.axis })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis }
  }

  static fromConfig(config: Config): CosineSimilarity {
    const read = new ConfigReader('CosineSimilarity', config)
    const options = { ...readLossOptions(read, 'cosine_similarity'), axis: read.integer('axis', -1) }
    read.done()
    return new CosineSimilarity(options)
  }
}
