import {
  type Config,
  dropout,
  expandDims,
  matmul,
  type random,
  ShapeError,
  softmax,
  type Tensor,
  where,
} from '@tapegrad/core'
import type { SymbolicArguments } from '../engine/call-arguments.ts'
import type { CallOptions } from '../engine/layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import { type AttentionArguments, AttentionLayer, agree, checkAttentionShapes } from './attention-layer.ts'
import { allOf, causalMask, stepMask } from './attention-masks.ts'
import { layerGenerator } from './layer-generator.ts'

/** The options of the layers that attend with one head. */
export interface BaseAttentionOptions extends LayerOptions {
  /** Whether the scores have a factor that is learnt. */
  readonly useScale?: boolean
  /** The probability that a weight is dropped in training, from 0 to 1. Default: 0. */
  readonly dropout?: number
  /** Makes the layer's random numbers repeat. Default: drawn from the generator that `setSeed` seeds. */
  readonly seed?: number | null
}

/** Which keys the queries attend to. */
export interface Attended {
  /** True where a query attends to a key; broadcasts to [batch, queries, keys]. */
  readonly mask: Tensor | null
  readonly causal: boolean
}

// Far below all scores, and finite on every device.
const lowest = -1e30

/** What the layers that attend with one head share. */
export abstract class BaseAttention extends AttentionLayer {
  protected override readonly callArgumentNames: readonly string[] = [
    'useCausalMask',
    'returnAttentionScores',
  ]
  readonly useScale: boolean
  readonly dropout: number
  readonly seed: number | null
  protected readonly generator: () => random.Generator

  constructor(
    options: BaseAttentionOptions,
    defaults: { readonly useScale: boolean },
    ownOptionNames: readonly string[],
  ) {
    super(options, [...ownOptionNames, 'useScale', 'dropout', 'seed'])
    const op = this.className
    this.useScale = checkBoolean(op, 'useScale', options.useScale ?? defaults.useScale)
    this.dropout = checkNumber(op, 'dropout', options.dropout ?? 0, 'unitInterval')
    this.seed = options.seed ?? null
    this.generator = layerGenerator(this, this.seed)
  }

  override call(
    [query, value, key = value!]: readonly Tensor[],
    options: CallOptions<readonly Tensor[], AttentionArguments>,
  ): Tensor | readonly Tensor[] {
    const { training, mask: masks, useCausalMask = false, returnAttentionScores = false } = options
    this.checkShapes([query!.shape, value!.shape, key.shape])
    checkBoolean(this.className, 'useCausalMask', useCausalMask)
    checkBoolean(this.className, 'returnAttentionScores', returnAttentionScores)
    const [queryMask, valueMask] = [
      maskOf(this.className, masks[0], query!),
      maskOf(this.className, masks[1], value!),
    ]
    const attended = {
      mask: valueMask && expandDims(valueMask, { axis: -2 }),
      causal: useCausalMask,
    }
    const rate = training ? this.dropout : 0
    const [attention, weights] = this.attend(query!, key, value!, attended, rate, returnAttentionScores)
    const output = queryMask === null ? attention : where(expandDims(queryMask, { axis: -1 }), attention, 0)
    return weights === null ? output : [output, weights]
  }

  override computeOutputShape(
    inputShape: readonly SymbolicShape[],
    callArguments?: SymbolicArguments<AttentionArguments & { readonly returnAttentionScores?: false }>,
  ): SymbolicShape
  override computeOutputShape(
    inputShape: readonly SymbolicShape[],
    callArguments: SymbolicArguments<AttentionArguments>,
  ): SymbolicShape | readonly SymbolicShape[]
  override computeOutputShape(
    inputShape: readonly SymbolicShape[],
    { returnAttentionScores = false }: SymbolicArguments<AttentionArguments> = {},
  ): SymbolicShape | readonly SymbolicShape[] {
    const [query, value, key] = this.checkShapes(inputShape)
    const output = [...query.slice(0, -1), value.at(-1)!]
    return returnAttentionScores ? [output, [...query.slice(0, -1), key.at(-2)!]] : output
  }

  override getConfig(): Config {
    return { ...super.getConfig(), use_scale: this.useScale, dropout: this.dropout, seed: this.seed }
  }

  protected checkShapes(
    shapes: readonly SymbolicShape[],
  ): readonly [query: SymbolicShape, value: SymbolicShape, key: SymbolicShape] {
    const checked = checkAttentionShapes(this.className, shapes)
    const [query, value, key] = checked
    const sameSize = agree(query.slice(-1), key.slice(-1))
    if (sameSize && agree(query.slice(0, -2), key.slice(0, -2))) return checked
    throw new ShapeError(
      sameSize ? 'the inputs have different batch axes' : 'queries and keys have different sizes',
      {
        op: this.className,
        received: { query, value, key },
        expected: sameSize
          ? 'the same sizes along all but the last two axes'
          : 'the same size along the last axis',
      },
    )
  }

  /** What the queries read, and the weights where they are asked for. */
  protected attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attended: Attended,
    dropoutRate: number,
    withWeights: boolean,
  ): readonly [output: Tensor, weights: Tensor | null] {
    const weights = this.weigh(query, key, attended)
    const dropped =
      dropoutRate === 0 ? weights : dropout(weights, dropoutRate, { generator: this.generator() })
    return [matmul(dropped, value), withWeights ? dropped : null]
  }

  /** How much each query attends to each key. */
  protected weigh(query: Tensor, key: Tensor, { mask, causal }: Attended): Tensor {
    const scores = this.score(query, key)
    const [queries, keys] = scores.shape.slice(-2) as [number, number]
    const allowed = allOf([mask, causal ? causalMask(queries, keys, scores.storage.backend) : null])
    if (allowed === null) return softmax(scores)
    // Where nothing is allowed, all scores are equal: the weights are 0 only afterwards.
    return where(allowed, softmax(where(allowed, scores, lowest)), 0)
  }

  /** How well each key answers each query. */
  protected abstract score(query: Tensor, key: Tensor): Tensor
}

function maskOf(op: string, mask: Tensor | null | undefined, x: Tensor): Tensor | null {
  return mask === null || mask === undefined ? null : stepMask(op, mask, x)
}
