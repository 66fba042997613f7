import { ArgumentError, type Tensor, UnsupportedError } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type * as regularizers from '../regularizers/index.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import type { AttentionArguments } from './attention-layer.ts'
import type { Axes } from './axes.ts'
import { readIntegers } from './spatial-options.ts'
import { readWeightSettings, type WeightSettingOptions, weightSettingNames } from './weight-settings.ts'

export interface MultiHeadAttentionOptions
  extends LayerOptions,
    WeightSettingOptions<'kernel'>,
    WeightSettingOptions<'bias'> {
  /** How many heads attend side by side. */
  readonly numHeads: number
  /** The size of a head's queries and keys. */
  readonly keyDim: number
  /** The size of a head's values. Default: `keyDim`. */
  readonly valueDim?: number | null
  /** The probability that a weight is dropped in training, from 0 to 1. Default: 0. */
  readonly dropout?: number
  /** Whether the projections have biases. Default: true. */
  readonly useBias?: boolean
  /** Whether what the heads read is multiplied by the sigmoid of a projection of the query. Default: false. */
  readonly useGate?: boolean
  /** The sizes of the output's axes behind the steps. Default: the size of the query. */
  readonly outputShape?: number | readonly number[] | null
  /** The axes along which the queries attend. Default: all but the batch and the last. */
  readonly attentionAxes?: Axes | null
  /** How many steps a query sees to either side, itself among them. Default: all. */
  readonly slidingWindow?: number | null
  /** Only here for Keras's sake: what is fastest for a backend is chosen by itself, and `true` is refused. */
  readonly flashAttention?: false | null
  /** Makes the layer's random numbers repeat. Default: drawn from the generator that `setSeed` seeds. */
  readonly seed?: number | null
  /** A penalty on the results of the projections. */
  readonly activityRegularizer?: regularizers.RegularizerIdentifier | null
}

/** What calls of MultiHeadAttention can be told. */
export interface MultiHeadAttentionArguments extends AttentionArguments {
  /** True where a query attends to a key: [batch, queries, keys], or [batch, heads, queries, keys]; sizes of 1 broadcast. */
  readonly attentionMask?: Tensor | null
}

/** The names of the options that MultiHeadAttention adds. */
export const optionNames: readonly string[] = [
  'numHeads',
  'keyDim',
  'valueDim',
  'dropout',
  'useBias',
  'useGate',
  'outputShape',
  'attentionAxes',
  'slidingWindow',
  'flashAttention',
  'seed',
  ...weightSettingNames('kernel'),
  ...weightSettingNames('bias'),
]

/** The options that a config describes. */
export function readMultiHeadAttention(read: ConfigReader): MultiHeadAttentionOptions {
  const options: MultiHeadAttentionOptions = {
    ...readLayerOptions(read),
    numHeads: read.integer('num_heads'),
    keyDim: read.integer('key_dim'),
    valueDim: read.integer('value_dim', null),
    dropout: read.number('dropout', 0),
    useBias: read.boolean('use_bias', true),
    useGate: read.boolean('use_gate', false),
    outputShape: readIntegers(read, 'output_shape', null),
    attentionAxes: readIntegers(read, 'attention_axes', null),
    slidingWindow: read.integer('sliding_window', null),
    seed: read.integer('seed', null),
    ...readWeightSettings(read, 'kernel', 'glorot_uniform'),
    ...readWeightSettings(read, 'bias', 'zeros'),
  }
  read.done()
  return options
}

/** Checks the sizes of the output behind the steps, and freezes a copy of them. */
export function checkOutputSides(outputShape: unknown): readonly number[] | null {
  if (outputShape === null) return null
  const list: readonly unknown[] = Array.isArray(outputShape) ? outputShape : [outputShape]
  if (list.length > 0 && list.every((side) => Number.isSafeInteger(side) && Number(side) > 0))
    return Object.freeze([...(list as readonly number[])])
  throw new ArgumentError('outputShape is not made of sizes', {
    op: 'MultiHeadAttention',
    received: { outputShape },
    expected: 'a whole number above 0, or a list of them',
  })
}

/** Throws where an implementation is asked for that only some backends could have. */
export function refuseFlashAttention(flashAttention: unknown): void {
  if (flashAttention === null || flashAttention === false) return
  throw new UnsupportedError('flashAttention cannot be asked for', {
    op: 'MultiHeadAttention',
    received: { flashAttention },
    expected: 'false or null: every backend computes attention in the way that is fastest for it',
  })
}
