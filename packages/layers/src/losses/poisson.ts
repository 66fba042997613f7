import { add, type Config, checkOptionNames, log, mean, mul, sub, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { epsilon } from './probabilities.ts'

/**
 * yPred − yTrue log(yPred + 1e-7), the mean over the last axis, for targets that are counts.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/probabilistic_losses/#poisson-class
 * @example
 * ```ts
 * losses.poisson(tensor([[0, 2]]), tensor([[1, 2]])) // [0.80685]
 * ```
 */
export function poisson(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('poisson', yTrue, yPred)
    return mean(sub(predictions, mul(targets, log(add(predictions, epsilon)))), { axis: -1 })
  })
}

/**
 * The loss yPred − yTrue log(yPred + 1e-7), averaged over the last axis, for targets that are counts. Name: `poisson`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/probabilistic_losses/#poisson-class
 * @example
 * ```ts
 * new losses.Poisson().apply(tensor([[0, 2]]), tensor([[1, 2]])) // 0.80685
 * ```
 */
export class Poisson extends Loss {
  static override readonly className: string = 'Poisson'

  constructor(options: LossOptions = {}) {
    checkOptionNames('Poisson', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return poisson(yTrue, yPred)
  }

  static fromConfig(config: Config): Poisson {
    const read = new ConfigReader('Poisson', config)
    const options = readLossOptions(read, 'poisson')
    read.done()
    return new Poisson(options)
  }
}
