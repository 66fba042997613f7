import {
  ArgumentError,
  type Config,
  checkOptionNames,
  div,
  equal,
  expandDims,
  pow,
  squeeze,
  sub,
  type Tensor,
  takeAlongAxis,
  tidy,
  where,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { matchLabels } from './sparse-categorical-crossentropy.ts'

/** The option of the generalized cross-entropy. */
export interface NoiseOption {
  /** Between 0 and 1: the cross-entropy near 0, the absolute error, which wrong labels hurt less, near 1. Default: 0.5. */
  readonly q?: number
}

function checkQ(op: string, q: unknown): number {
  if (typeof q === 'number' && q > 0 && q < 1) return q
  throw new ArgumentError('q is not a number between 0 and 1', { op, received: { q } })
}

/**
 * (1 − p^q) / q with p the probability of the class that a label names, for labels of which some are wrong.
 *
 * Where p is 0 the gradient is taken for 0; it is not bounded there.
 *
 * @param yTrue Class numbers, of the predictions' shape without the last axis, or with size 1 there; floats are truncated.
 * @param yPred Probabilities, with the classes on the last axis.
 * @returns One value for each label.
 * @throws {@link ShapeError} for shapes that do not agree, {@link ArgumentError} for a q that is not between 0 and 1, {@link IndexError} for labels out of range, on CPU backends.
 * @see https://arxiv.org/abs/1805.07836
 * @example
 * ```ts
 * losses.categoricalGeneralizedCrossEntropy(tensor([1]), tensor([[0.75, 0.25]])) // [1]
 * ```
 */
export function categoricalGeneralizedCrossEntropy(
  yTrue: Tensor,
  yPred: Tensor,
  options: NoiseOption = {},
): Tensor {
  const op = 'categoricalGeneralizedCrossEntropy'
  checkOptionNames(op, options, ['q'])
  const q = checkQ(op, options.q ?? 0.5)
  return tidy(() => {
    const { labels, predictions } = matchLabels(op, yTrue, yPred, -1)
    const index = expandDims(labels, { axis: -1 })
    const p = squeeze(takeAlongAxis(predictions, index, { axis: -1 }), { axis: -1 })
    const isNone = equal(p, 0)
    return div(sub(1, where(isNone, 0, pow(where(isNone, 1, p), q))), q)
  })
}

export interface CategoricalGeneralizedCrossEntropyOptions extends LossOptions, NoiseOption {}

/**
 * The loss (1 − p^q) / q with p the probability of the class that a label names, for labels of which some are wrong.
 * Name: `categoricalGeneralizedCrossEntropy`.
 *
 * @throws {@link ArgumentError} for an unknown option or a q that is not between 0 and 1.
 * @see https://arxiv.org/abs/1805.07836
 * @example
 * ```ts
 * new losses.CategoricalGeneralizedCrossEntropy().apply(tensor([1]), tensor([[0.75, 0.25]])) // 1
 * ```
 */
export class CategoricalGeneralizedCrossEntropy extends Loss {
  static override readonly className: string = 'CategoricalGeneralizedCrossEntropy'
  readonly q: number

  constructor(options: CategoricalGeneralizedCrossEntropyOptions = {}) {
    checkOptionNames('CategoricalGeneralizedCrossEntropy', options, [...lossOptionNames, 'q'])
    super(options)
    this.q = checkQ('CategoricalGeneralizedCrossEntropy', options.q ?? 0.5)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalGeneralizedCrossEntropy(yTrue, yPred, { q: this.q })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), q: this.q }
  }

  static fromConfig(config: Config): CategoricalGeneralizedCrossEntropy {
    const read = new ConfigReader('CategoricalGeneralizedCrossEntropy', config)
    const options = {
      ...readLossOptions(read, 'categorical_generalized_cross_entropy'),
      q: read.number('q', 0.5),
    }
    read.done()
    return new CategoricalGeneralizedCrossEntropy(options)
  }
}
