import {
  add,
  attentionWeights,
  type Config,
  expandDims,
  mul,
  scaledDotProductAttention,
  sum,
  type Tensor,
  tanh,
  type Variable,
} from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkOneOf } from '../saving/option-values.ts'
import { type Attended, BaseAttention, type BaseAttentionOptions } from './base-attention.ts'

export interface AttentionOptions extends BaseAttentionOptions {
  /** Whether the scores have a factor that is learnt. Default: false. */
  readonly useScale?: boolean
  /** `dot`: the product of query and key; `concat`: of the tanh of their sum. Default: dot. */
  readonly scoreMode?: 'dot' | 'concat'
}

/**
 * Luong's attention: for each query the mean of the values, weighted by how well their keys answer it.
 *
 * y = softmax(scores) · value; scores = scale · query · keyᵀ, and with `scoreMode: 'concat'`
 * weight · Σ tanh(scale · (query + key)).
 *
 * Inputs [query, value] or [query, value, key] of shapes [batch, queries, size], [batch, keys, features] and
 * [batch, keys, size]; without a key the value is its own. Output [batch, queries, features]; with
 * `returnAttentionScores` also the weights, [batch, queries, keys], after dropout. Weights: `scale` [] with `useScale`,
 * and `concat_score_weight` [].
 * Values that their mask leaves out are not attended to; where the query's mask is false the output is 0. A query that
 * attends to nothing gives 0. The mask of the query passes through.
 *
 * @throws {@link ArgumentError} for a list of another length, a rate outside [0, 1] or an unknown score mode; {@link ShapeError} for inputs that do not go together.
 * @see https://keras.io/api/layers/attention_layers/attention/
 * @see https://arxiv.org/abs/1508.04025
 * @example
 * ```ts
 * const [query, value] = [tensor([[[1, 0]]]), tensor([[[10, 0], [0, 10]]])]
 * new Attention().apply([query, value], { useCausalMask: true }) // [[[10, 0]]]
 * ```
 */
export class Attention extends BaseAttention {
  static override readonly className: string = 'Attention'
  readonly scoreMode: 'dot' | 'concat'
  #scale: Variable | null = null
  #concatScoreWeight: Variable | null = null

  constructor(options: AttentionOptions = {}) {
    super(options, { useScale: false }, ['scoreMode'])
    this.scoreMode = checkOneOf('Attention', 'scoreMode', options.scoreMode ?? 'dot', ['dot', 'concat'])
  }

  static fromConfig(config: Config): Attention {
    const read = new ConfigReader('Attention', config)
    const options: AttentionOptions = {
      ...readLayerOptions(read),
      useScale: read.boolean('use_scale', false),
      scoreMode: read.oneOf('score_mode', ['dot', 'concat'], 'dot'),
      dropout: read.number('dropout', 0),
      seed: read.integer('seed', null),
    }
    read.done()
    return new Attention(options)
  }

  override build(inputShape: readonly SymbolicShape[]): void {
    this.checkShapes(inputShape)
    if (this.useScale) this.#scale = this.addWeight({ name: 'scale', shape: [], initializer: 'ones' })
    if (this.scoreMode === 'concat')
      this.#concatScoreWeight = this.addWeight({
        name: 'concat_score_weight',
        shape: [],
        initializer: 'ones',
      })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), score_mode: this.scoreMode }
  }

  protected override attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attended: Attended,
    dropoutRate: number,
    withWeights: boolean,
  ): readonly [output: Tensor, weights: Tensor | null] {
    if (withWeights || this.scoreMode === 'concat')
      return super.attend(query, key, value, attended, dropoutRate, withWeights)
    const random = dropoutRate === 0 ? {} : { dropoutRate, generator: this.generator() }
    return [
      scaledDotProductAttention(this.#scaled(query), key, value, { ...attended, scale: 1, ...random }),
      null,
    ]
  }

  protected override weigh(query: Tensor, key: Tensor, attended: Attended): Tensor {
    if (this.scoreMode === 'concat') return super.weigh(query, key, attended)
    return attentionWeights(this.#scaled(query), key, { ...attended, scale: 1 })
  }

  /** Of the tanh of sums: products have an op of their own. */
  protected override score(query: Tensor, key: Tensor): Tensor {
    const sums = add(expandDims(query, { axis: -2 }), expandDims(key, { axis: -3 }))
    return mul(sum(tanh(this.#scaled(sums)), { axis: -1 }), this.#concatScoreWeight!)
  }

  #scaled(x: Tensor): Tensor {
    return this.#scale === null ? x : mul(x, this.#scale)
  }
}
