import {
  ArgumentError,
  add,
  type Config,
  checkOptionNames,
  div,
  log,
  logSoftmax,
  mul,
  neg,
  pow,
  ShapeError,
  softmax,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { matchTargets } from './check-inputs.ts'
import {
  type CrossentropyOptions,
  checkCrossentropy,
  crossentropyOptionNames,
  readCrossentropy,
} from './crossentropy-options.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { clipProbabilities } from './probabilities.ts'

export interface CategoricalFocalOptions extends CrossentropyOptions {
  /** The weight of all classes, or of each one. Default: 0.25. */
  readonly alpha?: number | readonly number[]
  /** How strongly easy samples are weighed down, at least 0. Default: 2. */
  readonly gamma?: number
}

const focalOptionNames: readonly (keyof CategoricalFocalOptions)[] = [
  ...crossentropyOptionNames,
  'alpha',
  'gamma',
]

function checkFocal(op: string, options: CategoricalFocalOptions): Required<CategoricalFocalOptions> {
  const { alpha = 0.25, gamma = 2 } = options
  return {
    ...checkCrossentropy(op, options),
    alpha: checkAlpha(op, alpha),
    gamma: checkNumber(op, 'gamma', gamma, 'nonNegative'),
  }
}

function checkAlpha(op: string, alpha: unknown): number | readonly number[] {
  if (!Array.isArray(alpha)) return checkNumber(op, 'alpha', alpha, 'nonNegative')
  if (alpha.length > 0) return alpha.map((each) => checkNumber(op, 'alpha', each, 'nonNegative'))
  throw new ArgumentError('alpha has no weights', { op, received: { alpha } })
}

/**
 * −Σ alpha (1 − p)^gamma t log p over the classes: the categorical cross-entropy with easy samples weighed down.
 *
 * Probabilities are divided by their sum and clipped to [1e-7, 1 − 1e-7]. With label smoothing s and n classes, targets
 * become t (1 − s) + s / n.
 *
 * @param yTrue Distributions over the classes, such as one-hot rows, of the predictions' shape.
 * @returns One value for each sample: the shape without `axis`.
 * @throws {@link ShapeError} for different shapes or another number of weights than classes, {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#categoricalfocalcrossentropy-class
 * @example
 * ```ts
 * losses.categoricalFocalCrossentropy(tensor([[0, 1]]), tensor([[0.5, 0.5]])) // [0.04332]
 * ```
 */
export function categoricalFocalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: CategoricalFocalOptions = {},
): Tensor {
  const op = 'categoricalFocalCrossentropy'
  checkOptionNames(op, options, focalOptionNames)
  const { fromLogits, labelSmoothing, axis, alpha, gamma } = checkFocal(op, options)
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
    const own = fromLogits
      ? softmax(predictions, { axis })
      : div(predictions, sum(predictions, { axis, keepDims: true }))
    const p = clipProbabilities(own)
    const logP = fromLogits ? logSoftmax(predictions, { axis }) : log(p)
    const focal = mul(mul(pow(sub(1, p), gamma), targets), logP)
    return neg(sum(mul(focal, weightsOf(op, alpha, predictions, axis)), { axis }))
  })
}

/** The weights of the classes, along their axis. */
function weightsOf(
  op: string,
  alpha: number | readonly number[],
  predictions: Tensor,
  axis: number,
): number | Tensor {
  if (typeof alpha === 'number') return alpha
  const classes = predictions.shape.at(axis)!
  if (alpha.length !== classes) {
    throw new ShapeError('alpha does not have one weight for each class', {
      op,
      received: { alpha, yPred: predictions },
      expected: `${classes} weights`,
    })
  }
  const shape = predictions.shape.map(() => 1)
  shape[axis < 0 ? axis + shape.length : axis] = classes
  return tensor(alpha, { shape, dtype: predictions.dtype, backend: predictions.storage.backend })
}

export interface CategoricalFocalCrossentropyOptions extends LossOptions, CategoricalFocalOptions {}

/**
 * The loss −Σ alpha (1 − p)^gamma t log p over the classes: the categorical cross-entropy with easy samples weighed
 * down. Name: `categoricalFocalCrossentropy`.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#categoricalfocalcrossentropy-class
 * @example
 * ```ts
 * new losses.CategoricalFocalCrossentropy({ gamma: 1 }).apply(tensor([[0, 1]]), tensor([[0.5, 0.5]])) // 0.08664
 * ```
 */
export class CategoricalFocalCrossentropy extends Loss {
  static override readonly className: string = 'CategoricalFocalCrossentropy'
  readonly focal: Required<CategoricalFocalOptions>

  constructor(options: CategoricalFocalCrossentropyOptions = {}) {
    checkOptionNames('CategoricalFocalCrossentropy', options, [...lossOptionNames, ...focalOptionNames])
    super(options)
    this.focal = checkFocal('CategoricalFocalCrossentropy', options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalFocalCrossentropy(yTrue, yPred, this.focal)
  }

  override getConfig(): Config {
    const { alpha } = this.focal
    return {
      ...super.getConfig(),
      from_logits: this.focal.fromLogits,
      label_smoothing: this.focal.labelSmoothing,
      axis: this.focal.axis,
      alpha: typeof alpha === 'number' ? alpha : [...alpha],
      gamma: this.focal.gamma,
    }
  }

  static fromConfig(config: Config): CategoricalFocalCrossentropy {
    const read = new ConfigReader('CategoricalFocalCrossentropy', config)
    const alpha = read.json('alpha', 0.25)
    const options = {
      ...readLossOptions(read, 'categorical_focal_crossentropy'),
      ...readCrossentropy(read),
      alpha: Array.isArray(alpha) ? (alpha as readonly number[]) : read.number('alpha', 0.25),
      gamma: read.number('gamma', 2),
    }
    read.done()
    return new CategoricalFocalCrossentropy(options)
  }
}
