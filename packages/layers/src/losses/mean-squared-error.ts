import { type Config, checkOptionNames, mean, square, sub, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/**
 * (yTrue − yPred)², the mean over the last axis.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/regression_losses/
 * @example
 * ```ts
 * losses.meanSquaredError(tensor([[1, 2]]), tensor([[1, 4]])) // [2]
 * ```
 */
export function meanSquaredError(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('meanSquaredError', yTrue, yPred)
    return mean(square(sub(targets, predictions)), { axis: -1 })
  })
}

/**
 * The loss (yTrue − yPred)², averaged over the last axis. Names: `meanSquaredError`, `mse`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/regression_losses/
 * @example
 * ```ts
 * new losses.MeanSquaredError().apply(tensor([[1, 2]]), tensor([[1, 4]])) // 2
 * ```
 */
export class MeanSquaredError extends Loss {
  static override readonly className: string = 'MeanSquaredError'

  constructor(options: LossOptions = {}) {
    checkOptionNames('MeanSquaredError', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred)
  }

  static fromConfig(config: Config): MeanSquaredError {
    const read = new ConfigReader('MeanSquaredError', config)
    const options = readLossOptions(read, 'mean_squared_error')
    read.done()
    return new MeanSquaredError(options)
  }
}
