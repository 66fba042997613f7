import {
  ArgumentError,
  attentionWeights,
  type Config,
  dropout,
  matmul,
  mul,
  type random,
  reshape,
  ShapeError,
  scaledDotProductAttention,
  type Tensor,
} from '@tapegrad/core'
import type { ActivationIdentifier } from '../activations/index.ts'
import type { SymbolicArguments } from '../engine/call-arguments.ts'
import type { CallOptions } from '../engine/layer.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import * as regularizers from '../regularizers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import { type AttentionAxes, attentionAxes, fromHeads, toHeads, weightsShape } from './attention-axes.ts'
import { AttentionLayer, agree, checkAttentionShapes } from './attention-layer.ts'
import { projection } from './attention-projections.ts'
import { type Axes, checkAxes } from './axes.ts'
import { EinsumDense } from './einsum-dense.ts'
import { layerGenerator } from './layer-generator.ts'
import { maskForHeads } from './multi-head-masks.ts'
import {
  checkOutputSides,
  type MultiHeadAttentionArguments,
  type MultiHeadAttentionOptions,
  optionNames,
  readMultiHeadAttention,
  refuseFlashAttention,
} from './multi-head-options.ts'
import { type WeightSettings, weightConfig, weightSettings } from './weight-settings.ts'

type Inputs = readonly Tensor[]
type Shapes = readonly SymbolicShape[]

/**
 * Attention of several heads, each of which attends with projections of its own.
 *
 * head = softmax(query · keyᵀ / √keyDim) · value with query · Wq + bq, key · Wk + bk and value · Wv + bv in place of
 * the inputs; y = heads · Wo + bo.
 *
 * Inputs [query, value] or [query, value, key] of shapes [batch, queries, size], [batch, keys, features] and
 * [batch, keys, size′], or with more axes between the batch and the last; without a key the value is its own. Output
 * [batch, queries, …outputShape]; with `returnAttentionScores` also the weights before dropout,
 * [batch, heads, queries, keys]. Weights: kernel and bias of the projections of query, key, gate (with `useGate`),
 * value and output.
 * A query attends where all masks are true: those of the query, the value and the key, `attentionMask`,
 * `useCausalMask` and `slidingWindow`. One that attends to nothing reads 0. The mask of the query passes through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers above 0, a rate outside [0, 1] or a list of another length; {@link ShapeError} for inputs or masks that do not go together; {@link UnsupportedError} for `flashAttention: true`.
 * @see https://keras.io/api/layers/attention_layers/multi_head_attention/
 * @see https://arxiv.org/abs/1706.03762
 * @example
 * ```ts
 * const layer = new MultiHeadAttention({ numHeads: 2, keyDim: 8 })
 * const x = ones([4, 10, 16])
 * layer.apply([x, x], { useCausalMask: true }).shape // [4, 10, 16]
 * ```
 */
export class MultiHeadAttention extends AttentionLayer<MultiHeadAttentionArguments> {
  static override readonly className: string = 'MultiHeadAttention'
  protected override readonly callArgumentNames: readonly string[] = [
    'attentionMask',
    'useCausalMask',
    'returnAttentionScores',
  ]
  readonly numHeads: number
  readonly keyDim: number
  readonly valueDim: number
  readonly dropout: number
  readonly useBias: boolean
  readonly useGate: boolean
  readonly attentionAxes: Axes | null
  readonly slidingWindow: number | null
  readonly seed: number | null
  readonly kernelSettings: WeightSettings
  readonly biasSettings: WeightSettings
  // In the order of their weights.
  queryDense: EinsumDense | null = null
  keyDense: EinsumDense | null = null
  gateDense: EinsumDense | null = null
  valueDense: EinsumDense | null = null
  outputDense: EinsumDense | null = null
  readonly #sides: readonly number[] | null
  readonly #projectionPenalty: regularizers.Regularizer | null
  readonly #generator: () => random.Generator

  constructor(options: MultiHeadAttentionOptions) {
    // The penalty is on the projections, which make the output, too.
    const { activityRegularizer = null, ...others } = options
    super(others, optionNames)
    const op = 'MultiHeadAttention'
    this.numHeads = checkNumber(op, 'numHeads', options.numHeads, 'positiveInteger')
    this.keyDim = checkNumber(op, 'keyDim', options.keyDim, 'positiveInteger')
    this.valueDim = checkNumber(op, 'valueDim', options.valueDim ?? this.keyDim, 'positiveInteger')
    this.dropout = checkNumber(op, 'dropout', options.dropout ?? 0, 'unitInterval')
    this.useBias = checkBoolean(op, 'useBias', options.useBias ?? true)
    this.useGate = checkBoolean(op, 'useGate', options.useGate ?? false)
    this.#sides = checkOutputSides(options.outputShape ?? null)
    const { attentionAxes = null, slidingWindow = null } = options
    this.attentionAxes = attentionAxes === null ? null : checkAxes(op, attentionAxes)
    this.slidingWindow =
      slidingWindow === null ? null : checkNumber(op, 'slidingWindow', slidingWindow, 'positiveInteger')
    refuseFlashAttention(options.flashAttention ?? null)
    this.seed = options.seed ?? null
    this.#generator = layerGenerator(this, this.seed)
    this.#projectionPenalty = regularizers.get(activityRegularizer)
    this.kernelSettings = weightSettings('kernel', options, 'glorotUniform')
    this.biasSettings = weightSettings('bias', options, 'zeros')
  }

  static fromConfig(config: Config): MultiHeadAttention {
    return new MultiHeadAttention(readMultiHeadAttention(new ConfigReader('MultiHeadAttention', config)))
  }

  override build(inputShape: Shapes): void {
    const [query, value, key] = this.#checkShapes(inputShape)
    const { numHeads, keyDim, valueDim } = this
    const heads = [...query.slice(0, -1), numHeads, valueDim]
    const sides = this.#sides ?? [query.at(-1)!]
    try {
      this.queryDense = this.#project('query', query, 1, [numHeads, keyDim])
      this.keyDense = this.#project('key', key, 1, [numHeads, keyDim])
      if (this.useGate) this.gateDense = this.#project('gate', query, 1, [numHeads, valueDim], 'sigmoid')
      this.valueDense = this.#project('value', value, 1, [numHeads, valueDim])
      this.outputDense = this.#project('attention_output', heads, 2, sides)
    } catch (error) {
      for (const layer of this.sublayers) layer.dispose()
      throw error
    }
  }

  override call(
    [query, value, key = value!]: Inputs,
    options: CallOptions<Inputs, MultiHeadAttentionArguments>,
  ): Tensor | Inputs {
    const { training, mask: masks, attentionMask = null } = options
    const { useCausalMask = false, returnAttentionScores = false } = options
    this.#checkShapes([query!.shape, value!.shape, key.shape])
    checkBoolean('MultiHeadAttention', 'useCausalMask', useCausalMask)
    checkBoolean('MultiHeadAttention', 'returnAttentionScores', returnAttentionScores)
    const axes = this.#axesFor(query!.rank, useCausalMask)
    const mask = maskForHeads(axes, [query!, value!, key], masks, attentionMask, this.slidingWindow)
    // The masks are applied here, and not handed on to the projections.
    const project = (dense: EinsumDense, x: Tensor): Tensor => dense.apply(x, { mask: null })
    const [read, weights] = this.#attend(
      toHeads(project(this.queryDense!, query!), axes),
      toHeads(project(this.keyDense!, key), axes),
      toHeads(project(this.valueDense!, value!), axes),
      { mask, causal: useCausalMask, scale: 1 / Math.sqrt(this.keyDim) },
      { rate: training ? this.dropout : 0, withWeights: returnAttentionScores },
    )
    const heads = fromHeads(read, axes, query!.shape)
    const gated = this.gateDense === null ? heads : mul(heads, project(this.gateDense, query!))
    const output = project(this.outputDense!, gated)
    if (weights === null) return output
    const shape = weightsShape(query!.shape, key.shape, this.numHeads, axes) as readonly number[]
    return [output, reshape(weights, shape)]
  }

  override computeOutputShape(
    inputShape: Shapes,
    callArguments?: SymbolicArguments<
      MultiHeadAttentionArguments & { readonly returnAttentionScores?: false }
    >,
  ): SymbolicShape
  override computeOutputShape(
    inputShape: Shapes,
    callArguments: SymbolicArguments<MultiHeadAttentionArguments>,
  ): SymbolicShape | Shapes
  override computeOutputShape(
    inputShape: Shapes,
    {
      useCausalMask = false,
      returnAttentionScores = false,
    }: SymbolicArguments<MultiHeadAttentionArguments> = {},
  ): SymbolicShape | Shapes {
    const [query, , key] = this.#checkShapes(inputShape)
    const axes = this.#axesFor(query.length, useCausalMask)
    const output = [...query.slice(0, -1), ...(this.#sides ?? query.slice(-1))]
    return returnAttentionScores ? [output, weightsShape(query, key, this.numHeads, axes)] : output
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      num_heads: this.numHeads,
      key_dim: this.keyDim,
      value_dim: this.valueDim,
      dropout: this.dropout,
      use_bias: this.useBias,
      use_gate: this.useGate,
      output_shape: this.#sides,
      attention_axes: this.attentionAxes,
      sliding_window: this.slidingWindow,
      ...weightConfig('kernel', this.kernelSettings),
      ...weightConfig('bias', this.biasSettings),
      activity_regularizer: regularizers.serialize(this.#projectionPenalty),
      seed: this.seed,
    }
  }

  #project(
    name: string,
    inputShape: SymbolicShape,
    bound: number,
    sides: readonly number[],
    activation: ActivationIdentifier | null = null,
  ): EinsumDense {
    const { equation, outputShape, biasAxes } = projection(inputShape.length - bound, bound, sides)
    const { kernelSettings: kernel, biasSettings: bias } = this
    const dense = new EinsumDense({
      name,
      equation,
      outputShape,
      biasAxes: this.useBias ? biasAxes : null,
      activation,
      dtype: this.dtype,
      trainable: this.trainable,
      activityRegularizer: this.#projectionPenalty,
      activityReduction: this.activityReduction,
      kernelInitializer: kernel.initializer,
      kernelRegularizer: kernel.regularizer,
      kernelConstraint: kernel.constraint,
      biasInitializer: bias.initializer,
      biasRegularizer: bias.regularizer,
      biasConstraint: bias.constraint,
    })
    dense.build(inputShape)
    return dense
  }

  #attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attended: { readonly mask: Tensor | null; readonly causal: boolean; readonly scale: number },
    { rate, withWeights }: { readonly rate: number; readonly withWeights: boolean },
  ): readonly [read: Tensor, weights: Tensor | null] {
    const generator = rate === 0 ? {} : { generator: this.#generator() }
    if (!withWeights) {
      const options = { ...attended, dropoutRate: rate, ...generator }
      return [scaledDotProductAttention(query, key, value, options), null]
    }
    const weights = attentionWeights(query, key, attended)
    return [matmul(rate === 0 ? weights : dropout(weights, rate, generator), value), weights]
  }

  #axesFor(rank: number, causal: boolean): AttentionAxes {
    const axes = attentionAxes('MultiHeadAttention', this.attentionAxes, rank)
    if (axes.attended.length === 1 || !(causal || this.slidingWindow !== null)) return axes
    throw new ArgumentError('there is no order of steps along several axes', {
      op: 'MultiHeadAttention',
      received: { useCausalMask: causal, slidingWindow: this.slidingWindow, attended: axes.attended },
      expected: 'attention along one axis',
      hint: 'attentionAxes: 1, or an attentionMask',
    })
  }

  #checkShapes(shapes: Shapes): readonly [query: SymbolicShape, value: SymbolicShape, key: SymbolicShape] {
    const checked = checkAttentionShapes('MultiHeadAttention', shapes)
    const [query, , key] = checked
    const { apart } = attentionAxes('MultiHeadAttention', this.attentionAxes, query.length)
    const sizesApart = (shape: SymbolicShape): SymbolicShape => apart.map((axis) => shape[axis]!)
    if (agree(sizesApart(query), sizesApart(key))) return checked
    throw new ShapeError('the inputs differ along axes that are not attended to', {
      op: 'MultiHeadAttention',
      received: { query, key },
      expected: `the same sizes along the axes ${apart.join(', ')}`,
    })
  }
}
