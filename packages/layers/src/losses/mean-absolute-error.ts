import { abs, type Config, checkOptionNames, mean, sub, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/**
 * |yTrue − yPred|, the mean over the last axis.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/regression_losses/
 * @example
 * ```ts
 * losses.meanAbsoluteError(tensor([[1, 2]]), tensor([[1, 4]])) // [1]
 * ```
 */
export function meanAbsoluteError(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('meanAbsoluteError', yTrue, yPred)
    return mean(abs(sub(targets, predictions)), { axis: -1 })
  })
}

/**
 * The loss |yTrue − yPred|, averaged over the last axis. Names: `meanAbsoluteError`, `mae`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/regression_losses/
 * @example
 * ```ts
 * new losses.MeanAbsoluteError().apply(tensor([[1, 2]]), tensor([[1, 4]])) // 1
 * ```
 */
export class MeanAbsoluteError extends Loss {
  static override readonly className: string = 'MeanAbsoluteError'

  constructor(options: LossOptions = {}) {
    checkOptionNames('MeanAbsoluteError', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsoluteError(yTrue, yPred)
  }

  static fromConfig(config: Config): MeanAbsoluteError {
    const read = new ConfigReader('MeanAbsoluteError', config)
    const options = readLossOptions(read, 'mean_absolute_error')
    read.done()
    return new MeanAbsoluteError(options)
  }
}
