import {
  add,
  type Config,
  checkOptionNames,
  log,
  mean,
  mul,
  neg,
  pow,
  sigmoid,
  sigmoidCrossEntropyWithLogits,
  sub,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import { matchTargets } from './check-inputs.ts'
import {
  type CrossentropyOptions,
  checkCrossentropy,
  crossentropyOptionNames,
  readCrossentropy,
} from './crossentropy-options.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { clipProbabilities } from './probabilities.ts'

export interface BinaryFocalOptions extends CrossentropyOptions {
  /** Whether targets of 1 weigh `alpha` and those of 0 weigh 1 − `alpha`. Default: false. */
  readonly applyClassBalancing?: boolean
  /** The weight of targets of 1, from 0 to 1. Default: 0.25. */
  readonly alpha?: number
  /** How strongly easy samples are weighed down, at least 0. Default: 2. */
  readonly gamma?: number
}

const focalOptionNames: readonly (keyof BinaryFocalOptions)[] = [
  ...crossentropyOptionNames,
  'applyClassBalancing',
  'alpha',
  'gamma',
]

function checkFocal(op: string, options: BinaryFocalOptions): Required<BinaryFocalOptions> {
  const { applyClassBalancing = false, alpha = 0.25, gamma = 2 } = options
  return {
    ...checkCrossentropy(op, options),
    applyClassBalancing: checkBoolean(op, 'applyClassBalancing', applyClassBalancing),
    alpha: checkNumber(op, 'alpha', alpha, 'unitInterval'),
    gamma: checkNumber(op, 'gamma', gamma, 'nonNegative'),
  }
}

/**
 * −(1 − pₜ)^gamma log pₜ with pₜ the probability that was given to the target, the mean over `axis`: the binary
 * cross-entropy with easy samples weighed down.
 *
 * Probabilities are clipped to [1e-7, 1 − 1e-7]. With label smoothing s, targets become t (1 − s) + s / 2.
 *
 * @param yTrue Targets from 0 to 1, of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without `axis`.
 * @throws {@link ShapeError} for different shapes, {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#binaryfocalcrossentropy-class
 * @example
 * ```ts
 * losses.binaryFocalCrossentropy(tensor([[0, 1]]), tensor([[0.5, 0.5]])) // [0.17329]
 * ```
 */
export function binaryFocalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: BinaryFocalOptions = {},
): Tensor {
  const op = 'binaryFocalCrossentropy'
  checkOptionNames(op, options, focalOptionNames)
  const { fromLogits, labelSmoothing, axis, applyClassBalancing, alpha, gamma } = checkFocal(op, options)
  return tidy(() => {
    const [given, predictions] = matchTargets(op, yTrue, yPred)
    const t = labelSmoothing === 0 ? given : add(mul(given, 1 - labelSmoothing), labelSmoothing / 2)
    const p = clipProbabilities(fromLogits ? sigmoid(predictions) : predictions)
    const crossentropy = fromLogits
      ? sigmoidCrossEntropyWithLogits(predictions, t)
      : neg(add(mul(t, log(p)), mul(sub(1, t), log(sub(1, p)))))
    const own = add(mul(t, p), mul(sub(1, t), sub(1, p)))
    const focal = mul(pow(sub(1, own), gamma), crossentropy)
    if (!applyClassBalancing) return mean(focal, { axis })
    return mean(mul(add(mul(t, alpha), mul(sub(1, t), 1 - alpha)), focal), { axis })
  })
}

export interface BinaryFocalCrossentropyOptions extends LossOptions, BinaryFocalOptions {}

/**
 * The loss −(1 − pₜ)^gamma log pₜ, averaged over `axis`: the binary cross-entropy with easy samples weighed down, for
 * rare answers. Name: `binaryFocalCrossentropy`.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#binaryfocalcrossentropy-class
 * @example
 * ```ts
 * new losses.BinaryFocalCrossentropy({ gamma: 1 }).apply(tensor([[0], [1]]), tensor([[0.5], [0.5]])) // 0.34657
 * ```
 */
export class BinaryFocalCrossentropy extends Loss {
  static override readonly className: string = 'BinaryFocalCrossentropy'
  readonly focal: Required<BinaryFocalOptions>

  constructor(options: BinaryFocalCrossentropyOptions = {}) {
    checkOptionNames('BinaryFocalCrossentropy', options, [...lossOptionNames, ...focalOptionNames])
    super(options)
    this.focal = checkFocal('BinaryFocalCrossentropy', options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryFocalCrossentropy(yTrue, yPred, this.focal)
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.focal.fromLogits,
      label_smoothing: this.focal.labelSmoothing,
      axis: this.focal.axis,
      apply_class_balancing: this.focal.applyClassBalancing,
      alpha: this.focal.alpha,
      gamma: this.focal.gamma,
    }
  }

  static fromConfig(config: Config): BinaryFocalCrossentropy {
    const read = new ConfigReader('BinaryFocalCrossentropy', config)
    const options = {
      ...readLossOptions(read, 'binary_focal_crossentropy'),
      ...readCrossentropy(read),
      applyClassBalancing: read.boolean('apply_class_balancing', false),
      alpha: read.number('alpha', 0.25),
      gamma: read.number('gamma', 2),
    }
    read.done()
    return new BinaryFocalCrossentropy(options)
  }
}
