import {
  add,
  type Config,
  checkOptionNames,
  log,
  mean,
  mul,
  neg,
  sigmoidCrossEntropyWithLogits,
  sub,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import {
  type CrossentropyOptions,
  checkCrossentropy,
  crossentropyOptionNames,
  readCrossentropy,
} from './crossentropy-options.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { clipProbabilities } from './probabilities.ts'

/**
 * −t log p − (1 − t) log(1 − p), the mean over `axis`, for independent yes-or-no answers.
 *
 * Probabilities are clipped to [1e-7, 1 − 1e-7]. With label smoothing s, targets become t (1 − s) + s / 2.
 *
 * @param yTrue Targets from 0 to 1, of the predictions' shape; either may lack or have a last axis of size 1.
 * @throws {@link ShapeError} for different shapes, {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
 * @example
 * ```ts
 * losses.binaryCrossentropy(tensor([[0, 1]]), tensor([[-2, 3]]), { fromLogits: true })
 * ```
 */
export function binaryCrossentropy(yTrue: Tensor, yPred: Tensor, options: CrossentropyOptions = {}): Tensor {
  const op = 'binaryCrossentropy'
  checkOptionNames(op, options, crossentropyOptionNames)
  const { fromLogits, labelSmoothing, axis } = checkCrossentropy(op, options)
  return tidy(() => {
    const [given, predictions] = matchTargets(op, yTrue, yPred)
    const targets = labelSmoothing === 0 ? given : add(mul(given, 1 - labelSmoothing), labelSmoothing / 2)
    if (fromLogits) return mean(sigmoidCrossEntropyWithLogits(predictions, targets), { axis })
    const p = clipProbabilities(predictions)
    const likelihood = add(mul(targets, log(p)), mul(sub(1, targets), log(sub(1, p))))
    return neg(mean(likelihood, { axis }))
  })
}

export interface BinaryCrossentropyOptions extends LossOptions, CrossentropyOptions {}

/**
 * The loss −t log p − (1 − t) log(1 − p), averaged over `axis`, for independent yes-or-no answers. Names:
 * `binaryCrossentropy`, `bce`.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
 * @example
 * ```ts
 * new losses.BinaryCrossentropy({ fromLogits: true }).apply(tensor([[0], [1]]), tensor([[-2], [3]]))
 * ```
 */
export class BinaryCrossentropy extends Loss {
  static override readonly className: string = 'BinaryCrossentropy'
  readonly fromLogits: boolean
  readonly labelSmoothing: number
  readonly axis: number

  constructor(options: BinaryCrossentropyOptions = {}) {
    checkOptionNames('BinaryCrossentropy', options, [...lossOptionNames, ...crossentropyOptionNames])
    super(options)
    const { fromLogits, labelSmoothing, axis } = checkCrossentropy('BinaryCrossentropy', options)
    this.fromLogits = fromLogits
    this.labelSmoothing = labelSmoothing
    this.axis = axis
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this
    return binaryCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing, axis })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.fromLogits,
      label_smoothing: this.labelSmoothing,
      axis: this.axis,
    }
  }

  static fromConfig(config: Config): BinaryCrossentropy {
    const read = new ConfigReader('BinaryCrossentropy', config)
    const options = { ...readLossOptions(read, 'binary_crossentropy'), ...readCrossentropy(read) }
    read.done()
    return new BinaryCrossentropy(options)
  }
}
