import {
  add,
  arange,
  type Config,
  cast,
  checkOptionNames,
  equal,
  expandDims,
  greater,
  logicalAnd,
  logicalNot,
  logSumExp,
  matmul,
  maximum,
  mul,
  notEqual,
  reshape,
  ShapeError,
  sameShape,
  softplus,
  sub,
  type Tensor,
  tidy,
  transpose,
  where,
} from '@tapegrad/core'
import { setMask } from '../engine/masks.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import { checkTensors, toFloat } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

export interface CircleWeights {
  /** How steep the loss is, above 0. Default: 80. */
  readonly gamma?: number
  /** How far from perfect similarities may be, from 0 to 1. Default: 0.4. */
  readonly margin?: number
  /** Whether a sample is no pair with the reference of its own number. Default: true. */
  readonly removeDiagonal?: boolean
}

export interface CircleFunctionOptions extends CircleWeights {
  /** The classes of the references, [references]. Default: those of the samples. */
  readonly refLabels?: Tensor
  /** What samples are compared with, [references, size]. Default: the samples. */
  readonly refEmbeddings?: Tensor
}

const circleOptionNames: readonly (keyof CircleWeights)[] = ['gamma', 'margin', 'removeDiagonal']

function checkCircle(op: string, options: CircleWeights): Required<CircleWeights> {
  const { gamma = 80, margin = 0.4, removeDiagonal = true } = options
  return {
    gamma: checkNumber(op, 'gamma', gamma, 'positive'),
    margin: checkNumber(op, 'margin', margin, 'unitInterval'),
    removeDiagonal: checkBoolean(op, 'removeDiagonal', removeDiagonal),
  }
}

/**
 * log(1 + Σ exp(gamma wₙ (1 − m − dₙ)) · Σ exp(−gamma wₚ (m − dₚ))) over the pairs of a sample with references of its
 * class (p) and of other classes (n).
 *
 * d = max(0, 1 − x·y) is the cosine distance of embeddings of length 1, m the margin, wₚ = max(0, m + d) and
 * wₙ = max(0, 1 + m − d). A sample without pairs of both kinds has the loss 0, and a mask that comes with the result
 * leaves it out of means; call it in `tidy`, which then disposes the mask.
 *
 * @param yTrue Class numbers, [batch] or [batch, 1].
 * @param yPred Embeddings of length 1, [batch, size].
 * @returns One value for each sample: [batch].
 * @throws {@link ShapeError} for shapes that do not agree, {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/
 * @example
 * ```ts
 * tidy(() => losses.circle(tensor([0, 0, 1]), tensor([[1, 0], [0.6, 0.8], [0, 1]]), { gamma: 1 })) // [0.6163, 0.9617, 0]
 * ```
 */
export function circle(yTrue: Tensor, yPred: Tensor, options: CircleFunctionOptions = {}): Tensor {
  const op = 'circle'
  checkOptionNames(op, options, [...circleOptionNames, 'refLabels', 'refEmbeddings'])
  const { gamma, margin, removeDiagonal } = checkCircle(op, options)
  const [values, counts] = tidy(() => {
    const [labels, embeddings] = matchEmbeddings(op, yTrue, yPred)
    const [refLabels, references] = matchEmbeddings(
      op,
      options.refLabels ?? yTrue,
      options.refEmbeddings ?? yPred,
    )
    if (references.shape[1] !== embeddings.shape[1]) {
      throw new ShapeError('samples and references have different sizes', {
        op,
        received: { yPred: embeddings, refEmbeddings: references },
      })
    }
    const distance = maximum(sub(1, matmul(embeddings, transpose(references))), 0)
    const isSame = equal(expandDims(labels, { axis: 1 }), expandDims(refLabels, { axis: 0 }))
    const isPositive = removeDiagonal ? logicalAnd(isSame, offDiagonal(isSame)) : isSame
    const positiveWeights = maximum(add(distance, margin), 0)
    const negativeWeights = maximum(sub(1 + margin, distance), 0)
    const positive = mul(mul(positiveWeights, sub(distance, margin)), gamma)
    const negative = mul(mul(negativeWeights, sub(1 - margin, distance)), gamma)
    const total = (pairs: Tensor, isPair: Tensor): Tensor =>
      logSumExp(where(isPair, pairs, Number.NEGATIVE_INFINITY), { axis: 1 })
    const loss = softplus(add(total(positive, isPositive), total(negative, logicalNot(isSame))))
    return [loss, greater(loss, 0)] as const
  })
  setMask(values, counts)
  return values
}

/** Class numbers as int32 [n], and embeddings as floats [n, size]. */
function matchEmbeddings(op: string, yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
  checkTensors(op, yTrue, yPred)
  const [samples] = yPred.shape
  const isOne = sameShape(yTrue.shape, [samples!]) || sameShape(yTrue.shape, [samples!, 1])
  if (yPred.rank !== 2 || !isOne) {
    throw new ShapeError('these are no classes of embeddings', {
      op,
      received: { yTrue, yPred },
      expected: 'classes [batch] and embeddings [batch, size]',
    })
  }
  const labels = yTrue.dtype === 'int32' ? yTrue : cast(yTrue, 'int32')
  return [reshape(labels, [samples!]), toFloat(yPred)]
}

function offDiagonal(x: Tensor): Tensor {
  const { backend } = x.storage
  const [rows, columns] = x.shape as readonly [number, number]
  const row = arange(rows, { dtype: 'int32', backend })
  const column = arange(columns, { dtype: 'int32', backend })
  return notEqual(expandDims(row, { axis: 1 }), expandDims(column, { axis: 0 }))
}

export interface CircleOptions extends LossOptions, CircleWeights {}

/**
 * The circle loss of embeddings of length 1, which draws samples of one class together and those of other classes
 * apart. Name: `circle`.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/losses/probabilistic_losses/
 * @example
 * ```ts
 * new losses.Circle({ gamma: 1 }).apply(tensor([0, 0, 1]), tensor([[1, 0], [0.6, 0.8], [0, 1]])) // 0.789
 * ```
 */
export class Circle extends Loss {
  static override readonly className: string = 'Circle'
  readonly gamma: number
  readonly margin: number
  readonly removeDiagonal: boolean

  constructor(options: CircleOptions = {}) {
    checkOptionNames('Circle', options, [...lossOptionNames, ...circleOptionNames])
    super(options)
    const { gamma, margin, removeDiagonal } = checkCircle('Circle', options)
    this.gamma = gamma
    this.margin = margin
    this.removeDiagonal = removeDiagonal
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { gamma, margin, removeDiagonal } = this
    return circle(yTrue, yPred, { gamma, margin, removeDiagonal })
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      gamma: this.gamma,
      margin: this.margin,
      remove_diagonal: this.removeDiagonal,
    }
  }

  static fromConfig(config: Config): Circle {
    const read = new ConfigReader('Circle', config)
    const options = {
      ...readLossOptions(read, 'circle'),
      gamma: read.number('gamma', 80),
      margin: read.number('margin', 0.4),
      removeDiagonal: read.boolean('remove_diagonal', true),
    }
    read.done()
    return new Circle(options)
  }
}
