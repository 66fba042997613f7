import { type Config, checkOptionNames, maximum, mean, mul, sub, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { hingeLabels } from './hinge-labels.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/**
 * max(0, 1 − yTrue · yPred), the mean over the last axis, for targets of −1 and 1.
 *
 * Targets that are all 0 or 1 count as −1 and 1.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/hinge_losses/#hinge-class
 * @example
 * ```ts
 * losses.hinge(tensor([[-1, 1]]), tensor([[0.5, 2]])) // [0.75]
 * ```
 */
export function hinge(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('hinge', yTrue, yPred)
    return mean(maximum(sub(1, mul(hingeLabels(targets), predictions)), 0), { axis: -1 })
  })
}

/**
 * The loss max(0, 1 − yTrue · yPred), averaged over the last axis, for targets of −1 and 1, or of 0 and 1. Name:
 * `hinge`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/hinge_losses/#hinge-class
 * @example
 * ```ts
 * new losses.Hinge().apply(tensor([[-1, 1]]), tensor([[0.5, 2]])) // 0.75
 * ```
 */
export class Hinge extends Loss {
  static override readonly className: string = 'Hinge'

  constructor(options: LossOptions = {}) {
    checkOptionNames('Hinge', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return hinge(yTrue, yPred)
  }

  static fromConfig(config: Config): Hinge {
    const read = new ConfigReader('Hinge', config)
    const options = readLossOptions(read, 'hinge')
    read.done()
    return new Hinge(options)
  }
}
