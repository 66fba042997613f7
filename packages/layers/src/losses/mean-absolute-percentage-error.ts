import {
  abs,
  type Config,
  checkOptionNames,
  div,
  maximum,
  mean,
  mul,
  sub,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { epsilon } from './probabilities.ts'

/**
 * 100 · |yTrue − yPred| / |yTrue|, the mean over the last axis.
 *
 * What is divided by is at least 1e-7: targets of 0 give large values, not infinite ones.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/regression_losses/#meanabsolutepercentageerror-class
 * @example
 * ```ts
 * losses.meanAbsolutePercentageError(tensor([[2, 4]]), tensor([[1, 4]])) // [25]
 * ```
 */
export function meanAbsolutePercentageError(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('meanAbsolutePercentageError', yTrue, yPred)
    const share = div(abs(sub(targets, predictions)), maximum(abs(targets), epsilon))
    return mul(mean(share, { axis: -1 }), 100)
  })
}

/**
 * The loss 100 · |yTrue − yPred| / |yTrue|, averaged over the last axis. Names: `meanAbsolutePercentageError`, `mape`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/regression_losses/#meanabsolutepercentageerror-class
 * @example
 * ```ts
 * new losses.MeanAbsolutePercentageError().apply(tensor([[2, 4]]), tensor([[1, 4]])) // 25
 * ```
 */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly className: string = 'MeanAbsolutePercentageError'

  constructor(options: LossOptions = {}) {
    checkOptionNames('MeanAbsolutePercentageError', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsolutePercentageError(yTrue, yPred)
  }

  static fromConfig(config: Config): MeanAbsolutePercentageError {
    const read = new ConfigReader('MeanAbsolutePercentageError', config)
    const options = readLossOptions(read, 'mean_absolute_percentage_error')
    read.done()
    return new MeanAbsolutePercentageError(options)
  }
}
