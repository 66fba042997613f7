import {
  add,
  type Config,
  checkOptionNames,
  log,
  maximum,
  mean,
  square,
  sub,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { epsilon } from './probabilities.ts'

/**
 * (log(yTrue + 1) − log(yPred + 1))², the mean over the last axis, for values of different magnitudes.
 *
 * Values below 1e-7 count as 1e-7.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/regression_losses/#meansquaredlogarithmicerror-class
 * @example
 * ```ts
 * losses.meanSquaredLogarithmicError(tensor([[0, 1]]), tensor([[0, 3]])) // [0.24023]
 * ```
 */
export function meanSquaredLogarithmicError(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('meanSquaredLogarithmicError', yTrue, yPred)
    const logarithm = (x: Tensor): Tensor => log(add(maximum(x, epsilon), 1))
    return mean(square(sub(logarithm(targets), logarithm(predictions))), { axis: -1 })
  })
}

/**
 * The loss (log(yTrue + 1) − log(yPred + 1))², averaged over the last axis. Names: `meanSquaredLogarithmicError`,
 * `msle`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/regression_losses/#meansquaredlogarithmicerror-class
 * @example
 * ```ts
 * new losses.MeanSquaredLogarithmicError().apply(tensor([[0, 1]]), tensor([[0, 3]])) // 0.24023
 * ```
 */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly className: string = 'MeanSquaredLogarithmicError'

  constructor(options: LossOptions = {}) {
    checkOptionNames('MeanSquaredLogarithmicError', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredLogarithmicError(yTrue, yPred)
  }

  static fromConfig(config: Config): MeanSquaredLogarithmicError {
    const read = new ConfigReader('MeanSquaredLogarithmicError', config)
    const options = readLossOptions(read, 'mean_squared_logarithmic_error')
    read.done()
    return new MeanSquaredLogarithmicError(options)
  }
}
