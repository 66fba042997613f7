import {
  type Config,
  cast,
  checkOptionNames,
  div,
  expandDims,
  log,
  moveAxis,
  neg,
  notEqual,
  reshape,
  ShapeError,
  sameShape,
  sparseSoftmaxCrossEntropyWithLogits,
  squeeze,
  sum,
  type Tensor,
  takeAlongAxis,
  tidy,
  where,
} from '@tapegrad/core'
import { setMask } from '../engine/masks.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import { checkTensors, toFloat } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { clipProbabilities } from './probabilities.ts'

export interface SparseCrossentropyOptions {
  /** Whether predictions are logits rather than probabilities; steadier and faster. Default: false. */
  readonly fromLogits?: boolean
  /** A label that does not count, such as −1 or 255. Default: null. */
  readonly ignoreClass?: number | null
  /** The axis of the classes. Default: −1. */
  readonly axis?: number
}

export const sparseCrossentropyOptionNames: readonly (keyof SparseCrossentropyOptions)[] = [
  'fromLogits',
  'ignoreClass',
  'axis',
]

/** Checks the options and fills in the defaults. */
export function checkSparseCrossentropy(
  op: string,
  { fromLogits = false, ignoreClass = null, axis = -1 }: SparseCrossentropyOptions,
): Required<SparseCrossentropyOptions> {
  return {
    fromLogits: checkBoolean(op, 'fromLogits', fromLogits),
    ignoreClass: ignoreClass === null ? null : checkNumber(op, 'ignoreClass', ignoreClass, 'integer'),
    axis: checkNumber(op, 'axis', axis, 'integer'),
  }
}

/** The options, as a file holds them. */
export function readSparseCrossentropy(read: ConfigReader): Required<SparseCrossentropyOptions> {
  return {
    fromLogits: read.boolean('from_logits', false),
    ignoreClass: read.integer('ignore_class', null),
    axis: read.integer('axis', -1),
  }
}

/**
 * −log p of the class that a label names.
 *
 * Probabilities are divided by their sum and clipped to [1e-7, 1 − 1e-7]. Where the label is `ignoreClass` the value is
 * 0, and a mask that comes with the result leaves it out of means; call it in `tidy`, which then disposes the mask.
 *
 * @param yTrue Class numbers, of the predictions' shape without `axis`, or with size 1 there; floats are truncated.
 * @returns One value for each label.
 * @throws {@link ShapeError} for shapes that do not agree, {@link ArgumentError} for options out of their ranges, {@link IndexError} for labels out of range, on CPU backends.
 * @see https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class
 * @example
 * ```ts
 * losses.sparseCategoricalCrossentropy(tensor([1]), tensor([[-2, 3]]), { fromLogits: true })
 * ```
 */
export function sparseCategoricalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: SparseCrossentropyOptions = {},
): Tensor {
  const op = 'sparseCategoricalCrossentropy'
  checkOptionNames(op, options, sparseCrossentropyOptionNames)
  const { fromLogits, ignoreClass, axis } = checkSparseCrossentropy(op, options)
  const [values, counts] = tidy(() => {
    const { labels, predictions } = matchLabels(op, yTrue, yPred, axis)
    if (ignoreClass === null) return [crossentropy(labels, predictions, fromLogits), null]
    const valid = notEqual(labels, ignoreClass)
    // Ones keep the gradient finite where nothing counts.
    const chosen = where(expandDims(valid, { axis: -1 }), predictions, 1)
    const each = crossentropy(where(valid, labels, 0), chosen, fromLogits)
    return [where(valid, each, 0), valid]
  })
  if (counts !== null) setMask(values, counts)
  return values
}

/** Per label, with the classes on the last axis. */
function crossentropy(labels: Tensor, predictions: Tensor, fromLogits: boolean): Tensor {
  if (fromLogits) return sparseSoftmaxCrossEntropyWithLogits(predictions, labels)
  const chosen = takeAlongAxis(predictions, expandDims(labels, { axis: -1 }), { axis: -1 })
  const p = div(chosen, sum(predictions, { axis: -1, keepDims: true }))
  return neg(log(clipProbabilities(squeeze(p, { axis: -1 }))))
}

/** Labels as int32, and predictions with the classes on the last axis. */
export function matchLabels(
  op: string,
  yTrue: Tensor,
  yPred: Tensor,
  axis: number,
): { readonly labels: Tensor; readonly predictions: Tensor } {
  checkTensors(op, yTrue, yPred)
  const { rank } = yPred
  if (rank === 0 || axis < -rank || axis >= rank) {
    throw new ShapeError('the predictions do not have the axis of the classes', {
      op,
      received: { yPred, axis },
    })
  }
  const classAxis = axis < 0 ? axis + rank : axis
  const expected = yPred.shape.filter((_, i) => i !== classAxis)
  const unit = yPred.shape.map((side, i) => (i === classAxis ? 1 : side))
  if (!sameShape(yTrue.shape, expected) && !sameShape(yTrue.shape, unit)) {
    throw new ShapeError('the labels do not have the shape of the predictions without their classes', {
      op,
      received: { yTrue, yPred, axis },
      expected: `labels of shape [${expected.join(', ')}]`,
      ...(sameShape(yTrue.shape, yPred.shape) ? { hint: 'one-hot labels need CategoricalCrossentropy' } : {}),
    })
  }
  const labels = yTrue.dtype === 'int32' ? yTrue : cast(yTrue, 'int32')
  const predictions = toFloat(yPred)
  return {
    labels: reshape(labels, expected),
    predictions: classAxis === rank - 1 ? predictions : moveAxis(predictions, classAxis, -1),
  }
}

export interface SparseCategoricalCrossentropyOptions extends LossOptions, SparseCrossentropyOptions {}

/**
 * The loss −log p of the class that a label names, for answers that are one of several classes. Name:
 * `sparseCategoricalCrossentropy`.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class
 * @example
 * ```ts
 * new losses.SparseCategoricalCrossentropy({ fromLogits: true }).apply(tensor([1]), tensor([[-2, 3]]))
 * ```
 */
export class SparseCategoricalCrossentropy extends Loss {
  static override readonly className: string = 'SparseCategoricalCrossentropy'
  readonly fromLogits: boolean
  readonly ignoreClass: number | null
  readonly axis: number

  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    const op = 'SparseCategoricalCrossentropy'
    checkOptionNames(op, options, [...lossOptionNames, ...sparseCrossentropyOptionNames])
    super(options)
    const { fromLogits, ignoreClass, axis } = checkSparseCrossentropy(op, options)
    this.fromLogits = fromLogits
    this.ignoreClass = ignoreClass
    this.axis = axis
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, ignoreClass, axis } = this
    return sparseCategoricalCrossentropy(yTrue, yPred, { fromLogits, ignoreClass, axis })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.fromLogits,
      ignore_class: this.ignoreClass,
      axis: this.axis,
    }
  }

  static fromConfig(config: Config): SparseCategoricalCrossentropy {
    const read = new ConfigReader('SparseCategoricalCrossentropy', config)
    const options = {
      ...readLossOptions(read, 'sparse_categorical_crossentropy'),
      ...readSparseCrossentropy(read),
    }
    read.done()
    return new SparseCategoricalCrossentropy(options)
  }
}
