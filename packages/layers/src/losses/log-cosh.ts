import {
  add,
  type Config,
  checkOptionNames,
  mean,
  mul,
  softplus,
  sub,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/**
 * log(cosh(yPred − yTrue)), the mean over the last axis: the half square of small errors, and large ones less log 2.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/regression_losses/#logcosh-class
 * @example
 * ```ts
 * losses.logCosh(tensor([[0, 1]]), tensor([[1, 1]])) // [0.2169]
 * ```
 */
export function logCosh(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('logCosh', yTrue, yPred)
    const error = sub(predictions, targets)
    // Exponentials of the errors themselves would overflow.
    return mean(sub(add(error, softplus(mul(error, -2))), Math.LN2), { axis: -1 })
  })
}

/**
 * The loss log(cosh(yPred − yTrue)), averaged over the last axis. Names: `logCosh`, `logcosh`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/regression_losses/#logcosh-class
 * @example
 * ```ts
 * new losses.LogCosh().apply(tensor([[0, 1]]), tensor([[1, 1]])) // 0.2169
 * ```
 */
export class LogCosh extends Loss {
  static override readonly className: string = 'LogCosh'

  constructor(options: LossOptions = {}) {
    checkOptionNames('LogCosh', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return logCosh(yTrue, yPred)
  }

  static fromConfig(config: Config): LogCosh {
    const read = new ConfigReader('LogCosh', config)
    const options = readLossOptions(read, 'log_cosh')
    read.done()
    return new LogCosh(options)
  }
}
