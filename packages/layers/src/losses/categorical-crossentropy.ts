import {
  add,
  type Config,
  checkOptionNames,
  div,
  log,
  mul,
  neg,
  ShapeError,
  softmaxCrossEntropyWithLogits,
  sum,
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
 * −Σ t log p over the classes, for answers that are one of several classes.
 *
 * Probabilities are divided by their sum and clipped to [1e-7, 1 − 1e-7]. With label smoothing s and n classes, targets
 * become t (1 − s) + s / n.
 *
 * @param yTrue Distributions over the classes, such as one-hot rows, of the predictions' shape.
 * @returns One value for each sample: the shape without `axis`.
 * @throws {@link ShapeError} for different shapes, {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class
 * @example
 * ```ts
 * losses.categoricalCrossentropy(tensor([[0, 1]]), tensor([[-2, 3]]), { fromLogits: true })
 * ```
 */
export function categoricalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: CrossentropyOptions = {},
): Tensor {
  const op = 'categoricalCrossentropy'
  checkOptionNames(op, options, crossentropyOptionNames)
  const { fromLogits, labelSmoothing, axis } = checkCrossentropy(op, options)
  return tidy(() => {
    const [given, predictions] = matchTargets(op, yTrue, yPred)
    const classes = predictions.shape.at(axis)
    if (classes === undefined) {
      throw new ShapeError('the predictions do not have this axis', { op, received: { yPred, axis } })
    }
    const targets =
      labelSmoothing === 0
        ? given
        : add(mul(given, 1 - labelSmoothing), labelSmoothing / Math.max(1, classes))
    if (fromLogits) return softmaxCrossEntropyWithLogits(predictions, targets, { axis })
    const p = clipProbabilities(div(predictions, sum(predictions, { axis, keepDims: true })))
    return neg(sum(mul(targets, log(p)), { axis }))
  })
}

export interface CategoricalCrossentropyOptions extends LossOptions, CrossentropyOptions {}

/**
 * The loss −Σ t log p over the classes, for answers that are one of several classes. Name:
 * `categoricalCrossentropy`.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class
 * @example
 * ```ts
 * new losses.CategoricalCrossentropy({ fromLogits: true }).apply(tensor([[0, 1]]), tensor([[-2, 3]]))
 * ```
 */
export class CategoricalCrossentropy extends Loss {
  static override readonly className: string = 'CategoricalCrossentropy'
  readonly fromLogits: boolean
  readonly labelSmoothing: number
  readonly axis: number

  constructor(options: CategoricalCrossentropyOptions = {}) {
    checkOptionNames('CategoricalCrossentropy', options, [...lossOptionNames, ...crossentropyOptionNames])
    super(options)
    const { fromLogits, labelSmoothing, axis } = checkCrossentropy('CategoricalCrossentropy', options)
    this.fromLogits = fromLogits
    this.labelSmoothing = labelSmoothing
    this.axis = axis
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this
    return categoricalCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing, axis })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.fromLogits,
      label_smoothing: this.labelSmoothing,
      axis: this.axis,
    }
  }

  static fromConfig(config: Config): CategoricalCrossentropy {
    const read = new ConfigReader('CategoricalCrossentropy', config)
    const options = { ...readLossOptions(read, 'categorical_crossentropy'), ...readCrossentropy(read) }
    read.done()
    return new CategoricalCrossentropy(options)
  }
}
