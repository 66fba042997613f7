import {
  add,
  type Config,
  checkOptionNames,
  max,
  maximum,
  mul,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/**
 * max(0, 1 + max((1 − yTrue) · yPred) − Σ yTrue · yPred) over the classes, for one-hot targets.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes, and where there is no class.
 * @see https://keras.io/api/losses/hinge_losses/#categoricalhinge-class
 * @example
 * ```ts
 * losses.categoricalHinge(tensor([[0, 1, 0]]), tensor([[0.5, 0.7, 0.2]])) // [0.8]
 * ```
 */
export function categoricalHinge(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('categoricalHinge', yTrue, yPred)
    const own = sum(mul(targets, predictions), { axis: -1 })
    const other = max(mul(sub(1, targets), predictions), { axis: -1 })
    return maximum(add(sub(other, own), 1), 0)
  })
}

/**
 * The loss max(0, 1 + max((1 − yTrue) · yPred) − Σ yTrue · yPred) over the classes, for one-hot targets. Name:
 * `categoricalHinge`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/hinge_losses/#categoricalhinge-class
 * @example
 * ```ts
 * new losses.CategoricalHinge().apply(tensor([[0, 1, 0]]), tensor([[0.5, 0.7, 0.2]])) // 0.8
 * ```
 */
export class CategoricalHinge extends Loss {
  static override readonly className: string = 'CategoricalHinge'

  constructor(options: LossOptions = {}) {
    checkOptionNames('CategoricalHinge', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalHinge(yTrue, yPred)
  }

  static fromConfig(config: Config): CategoricalHinge {
    const read = new ConfigReader('CategoricalHinge', config)
    const options = readLossOptions(read, 'categorical_hinge')
    read.done()
    return new CategoricalHinge(options)
  }
}
