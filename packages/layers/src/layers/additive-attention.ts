import {
  add,
  type Config,
  expandDims,
  mul,
  ShapeError,
  sum,
  type Tensor,
  tanh,
  type Variable,
} from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { BaseAttention, type BaseAttentionOptions } from './base-attention.ts'

export interface AdditiveAttentionOptions extends BaseAttentionOptions {
  /** Whether the scores have factors that are learnt, one for each element. Default: true. */
  readonly useScale?: boolean
}

/**
 * Bahdanau's attention: for each query the mean of the values, weighted by scores that are sums.
 *
 * y = softmax(scores) · value; scores = Σ scale · tanh(query + key).
 *
 * Inputs [query, value] or [query, value, key] of shapes [batch, queries, size], [batch, keys, features] and
 * [batch, keys, size]; without a key the value is its own. Output [batch, queries, features]; with
 * `returnAttentionScores` also the weights, [batch, queries, keys], after dropout. Weights: `scale` [size] with
 * `useScale`.
 * Values that their mask leaves out are not attended to; where the query's mask is false the output is 0. A query that
 * attends to nothing gives 0. The mask of the query passes through.
 *
 * @throws {@link ArgumentError} for a list of another length or a rate outside [0, 1]; {@link ShapeError} for inputs that do not go together or of an unknown size.
 * @see https://keras.io/api/layers/attention_layers/additive_attention/
 * @see https://arxiv.org/abs/1409.0473
 * @example
 * ```ts
 * const [query, value] = [tensor([[[1, 0]]]), tensor([[[10, 0], [0, 10]]])]
 * new AdditiveAttention().apply([query, value], { useCausalMask: true }) // [[[10, 0]]]
 * ```
 */
export class AdditiveAttention extends BaseAttention {
  static override readonly className: string = 'AdditiveAttention'
  #scale: Variable | null = null

  constructor(options: AdditiveAttentionOptions = {}) {
    super(options, { useScale: true }, [])
  }

  static fromConfig(config: Config): AdditiveAttention {
    const read = new ConfigReader('AdditiveAttention', config)
    const options: AdditiveAttentionOptions = {
      ...readLayerOptions(read),
      useScale: read.boolean('use_scale', true),
      dropout: read.number('dropout', 0),
      seed: read.integer('seed', null),
    }
    read.done()
    return new AdditiveAttention(options)
  }

  override build(inputShape: readonly SymbolicShape[]): void {
    const [query] = this.checkShapes(inputShape)
    if (!this.useScale) return
    const size = query.at(-1)
    if (typeof size !== 'number') {
      throw new ShapeError('the size of the last axis must be known', {
        op: 'AdditiveAttention',
        received: { inputShape },
      })
    }
    this.#scale = this.addWeight({ name: 'scale', shape: [size], initializer: 'glorotUniform' })
  }

  protected override score(query: Tensor, key: Tensor): Tensor {
    const sums = tanh(add(expandDims(query, { axis: -2 }), expandDims(key, { axis: -3 })))
    return sum(this.#scale === null ? sums : mul(sums, this.#scale), { axis: -1 })
  }
}
