import {
  type Config,
  checkOptionNames,
  maximum,
  mean,
  mul,
  square,
  sub,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { hingeLabels } from './hinge-labels.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/**
 * max(0, 1 − yTrue · yPred)², the mean over the last axis, for targets of −1 and 1.
 *
 * Targets that are all 0 or 1 count as −1 and 1.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/hinge_losses/#squaredhinge-class
 * @example
 * ```ts
 * losses.squaredHinge(tensor([[-1, 1]]), tensor([[0.5, 2]])) // [1.125]
 * ```
 */
export function squaredHinge(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('squaredHinge', yTrue, yPred)
    return mean(square(maximum(sub(1, mul(hingeLabels(targets), predictions)), 0)), { axis: -1 })
  })
}

/**
 * The loss max(0, 1 − yTrue · yPred)², averaged over the last axis, for targets of −1 and 1, or of 0 and 1. Name:
 * `squaredHinge`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/hinge_losses/#squaredhinge-class
 * @example
 * ```ts
 * new losses.SquaredHinge().apply(tensor([[-1, 1]]), tensor([[0.5, 2]])) // 1.125
 * ```
 */
export class SquaredHinge extends Loss {
  static override readonly className: string = 'SquaredHinge'

  constructor(options: LossOptions = {}) {
    checkOptionNames('SquaredHinge', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredHinge(yTrue, yPred)
  }

  static fromConfig(config: Config): SquaredHinge {
    const read = new ConfigReader('SquaredHinge', config)
    const options = readLossOptions(read, 'squared_hinge')
    read.done()
    return new SquaredHinge(options)
  }
}
