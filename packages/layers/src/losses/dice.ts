import { add, type Config, checkOptionNames, div, mul, sub, sum, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { checkOverlapAxes, type OverlapAxes, readOverlapAxes } from './overlap-axes.ts'
import { epsilon } from './probabilities.ts'

/** The option of the Dice loss. */
export interface DiceAxes {
  /** The axes that are summed over, such as [1, 2, 3] for one value an image; null: all. Default: null. */
  readonly axis?: OverlapAxes
}

/**
 * 1 − 2 Σ yTrue yPred / (Σ yTrue + Σ yPred + 1e-7), how much two regions lack of overlapping.
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns The shape without the summed axes: a scalar without `axis`.
 * @throws {@link ShapeError} for different shapes and missing axes, {@link ArgumentError} for axes that are no whole numbers.
 * @see https://keras.io/api/losses/regression_losses/
 * @example
 * ```ts
 * losses.dice(tensor([[1, 1, 0]]), tensor([[1, 0, 0]])) // 0.33333
 * ```
 */
export function dice(yTrue: Tensor, yPred: Tensor, options: DiceAxes = {}): Tensor {
  checkOptionNames('dice', options, ['axis'])
  const axis = checkOverlapAxes('dice', options.axis ?? null)
  const over = axis === null ? {} : { axis }
  return tidy(() => {
    const [targets, predictions] = matchTargets('dice', yTrue, yPred)
    const both = sum(mul(targets, predictions), over)
    const either = add(add(sum(targets, over), sum(predictions, over)), epsilon)
    return sub(1, div(mul(both, 2), either))
  })
}

export interface DiceOptions extends LossOptions, DiceAxes {}

/**
 * The loss 1 − 2 Σ yTrue yPred / (Σ yTrue + Σ yPred), for masks of images. Name: `dice`.
 *
 * @throws {@link ArgumentError} for an unknown option or axes that are no whole numbers.
 * @see https://keras.io/api/losses/regression_losses/
 * @example
 * ```ts
 * new losses.Dice().apply(tensor([[1, 1, 0]]), tensor([[1, 0, 0]])) // 0.33333
 * ```
 */
export class Dice extends Loss {
  static override readonly className: string = 'Dice'
  readonly axis: OverlapAxes

  constructor(options: DiceOptions = {}) {
    checkOptionNames('Dice', options, [...lossOptionNames, 'axis'])
    super(options)
    this.axis = checkOverlapAxes('Dice', options.axis ?? null)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return dice(yTrue, yPred, { axis: this.axis })
  }

  override getConfig(): Config {
    const { axis } = this
    return { ...super.getConfig(), axis: typeof axis === 'object' && axis !== null ? [...axis] : axis }
  }

  static fromConfig(config: Config): Dice {
    const read = new ConfigReader('Dice', config)
    const options = { ...readLossOptions(read, 'dice'), axis: readOverlapAxes(read) }
    read.done()
    return new Dice(options)
  }
}
