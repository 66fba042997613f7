import { type Config, checkOptionNames, clip, mean, mul, sub, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/** The option of Huber's loss. */
export interface HuberDelta {
  /** The error from which on the loss grows linearly. Default: 1. */
  readonly delta?: number
}

/**
 * ½ e² for errors e = yPred − yTrue up to `delta`, and delta |e| − ½ delta² beyond, the mean over the last axis.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes, {@link ArgumentError} for a delta that is not above 0.
 * @see https://keras.io/api/losses/regression_losses/#huber-class
 * @example
 * ```ts
 * losses.huber(tensor([[0, 0]]), tensor([[1, 3]])) // [1.5]
 * ```
 */
export function huber(yTrue: Tensor, yPred: Tensor, options: HuberDelta = {}): Tensor {
  checkOptionNames('huber', options, ['delta'])
  const delta = checkNumber('huber', 'delta', options.delta ?? 1, 'positive')
  return tidy(() => {
    const [targets, predictions] = matchTargets('huber', yTrue, yPred)
    const error = sub(predictions, targets)
    // c (e − c / 2) with c = ±min(|e|, delta) is both branches, without squares that overflow.
    const clipped = clip(error, -delta, delta)
    return mean(mul(clipped, sub(error, mul(clipped, 0.5))), { axis: -1 })
  })
}

export interface HuberOptions extends LossOptions, HuberDelta {}

/**
 * The loss ½ e² for errors e up to `delta`, and delta |e| − ½ delta² beyond, averaged over the last axis. Name:
 * `huber`.
 *
 * @throws {@link ArgumentError} for an unknown option or a delta that is not above 0.
 * @see https://keras.io/api/losses/regression_losses/#huber-class
 * @example
 * ```ts
 * new losses.Huber({ delta: 2 }).apply(tensor([[0, 0]]), tensor([[1, 3]])) // 2.25
 * ```
 */
export class Huber extends Loss {
  static override readonly className: string = 'Huber'
  readonly delta: number

  constructor(options: HuberOptions = {}) {
    checkOptionNames('Huber', options, [...lossOptionNames, 'delta'])
    super({ name: 'huber_loss', ...options })
    this.delta = checkNumber('Huber', 'delta', options.delta ?? 1, 'positive')
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return huber(yTrue, yPred, { delta: this.delta })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), delta: this.delta }
  }

  static fromConfig(config: Config): Huber {
    const read = new ConfigReader('Huber', config)
    const options = { ...readLossOptions(read, 'huber_loss'), delta: read.number('delta', 1) }
    read.done()
    return new Huber(options)
  }
}
