import { add, type Config, checkOptionNames, div, mul, sub, sum, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { checkOverlapAxes, type OverlapAxes, readOverlapAxes } from './overlap-axes.ts'
import { epsilon } from './probabilities.ts'

/** The options of the Tversky loss. */
export interface TverskyWeights {
  /** The weight of what is in the predictions only. Default: 0.5. */
  readonly alpha?: number
  /** The weight of what is in the targets only. Default: 0.5. */
  readonly beta?: number
  /** The axes that are summed over, such as [1, 2, 3] for one value an image; null: all. Default: null. */
  readonly axis?: OverlapAxes
}

function checkTversky(op: string, options: TverskyWeights): Required<TverskyWeights> {
  const { alpha = 0.5, beta = 0.5, axis = null } = options
  return {
    alpha: checkNumber(op, 'alpha', alpha, 'nonNegative'),
    beta: checkNumber(op, 'beta', beta, 'nonNegative'),
    axis: checkOverlapAxes(op, axis),
  }
}

/**
 * 1 − B / (B + alpha P + beta T + 1e-7) with B = Σ yTrue yPred, P = Σ (1 − yTrue) yPred and T = Σ yTrue (1 − yPred):
 * the Dice loss with weights for what is in one region only.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns The shape without the summed axes: a scalar without `axis`.
 * @throws {@link ShapeError} for different shapes and missing axes, {@link ArgumentError} for weights below 0.
 * @see https://keras.io/api/losses/regression_losses/
 * @example
 * ```ts
 * losses.tversky(tensor([[1, 1, 0]]), tensor([[1, 0, 0]]), { beta: 1 }) // 0.5
 * ```
 */
export function tversky(yTrue: Tensor, yPred: Tensor, options: TverskyWeights = {}): Tensor {
  checkOptionNames('tversky', options, ['alpha', 'beta', 'axis'])
  const { alpha, beta, axis } = checkTversky('tversky', options)
  const over = axis === null ? {} : { axis }
  return tidy(() => {
    const [t, p] = matchTargets('tversky', yTrue, yPred)
    const both = sum(mul(t, p), over)
    const predictionsOnly = mul(sum(mul(sub(1, t), p), over), alpha)
    const targetsOnly = mul(sum(mul(t, sub(1, p)), over), beta)
    return sub(1, div(both, add(add(add(both, predictionsOnly), targetsOnly), epsilon)))
  })
}

export interface TverskyOptions extends LossOptions, TverskyWeights {}

/**
 * The loss 1 − B / (B + alpha P + beta T), with B what both regions share, P and T what is in the predictions
 * or the targets only. Name: `tversky`.
 *
 * @throws {@link ArgumentError} for an unknown option or weights below 0.
 * @see https://keras.io/api/losses/regression_losses/
 * @example
 * ```ts
 * new losses.Tversky({ beta: 1 }).apply(tensor([[1, 1, 0]]), tensor([[1, 0, 0]])) // 0.5
 * ```
 */
export class Tversky extends Loss {
  static override readonly className: string = 'Tversky'
  readonly alpha: number
  readonly beta: number
  readonly axis: OverlapAxes

  constructor(options: TverskyOptions = {}) {
    checkOptionNames('Tversky', options, [...lossOptionNames, 'alpha', 'beta', 'axis'])
    super(options)
    const { alpha, beta, axis } = checkTversky('Tversky', options)
    this.alpha = alpha
    this.beta = beta
    this.axis = axis
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { alpha, beta, axis } = this
    return tversky(yTrue, yPred, { alpha, beta, axis })
  }

  override getConfig(): Config {
    const { alpha, beta, axis } = this
    return {
      ...super.getConfig(),
      alpha,
      beta,
      axis: typeof axis === 'object' && axis !== null ? [...axis] : axis,
    }
  }

  static fromConfig(config: Config): Tversky {
    const read = new ConfigReader('Tversky', config)
    const options = {
      ...readLossOptions(read, 'tversky'),
      alpha: read.number('alpha', 0.5),
      beta: read.number('beta', 0.5),
      axis: readOverlapAxes(read),
    }
    read.done()
    return new Tversky(options)
  }
}
