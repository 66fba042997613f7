import type { Config, Tensor } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean } from '../saving/option-values.ts'

/** What all recurrent layers are told, besides what every layer is. */
export interface SequenceOptions<S extends boolean = boolean> extends LayerOptions {
  /** Whether the outputs of all steps are returned, or only the last. Default: false. */
  readonly returnSequences?: boolean
  /** Whether the states after the last step are returned, too: `[output, …states]`. Default: false. */
  readonly returnState?: S
  /** Whether time runs from the last step to the first; outputs come in that order. Default: false. */
  readonly goBackwards?: boolean
  /** Whether each batch begins with the states in which the one before it ended. Default: false. */
  readonly stateful?: boolean
  /** Accepted because Keras has it; the result is the same. Default: false. */
  readonly unroll?: boolean
  /** Whether masked steps give zeros, and do not repeat the output before. Default: false. */
  readonly zeroOutputForMask?: boolean
}

/** What calls of recurrent layers can be told. */
export interface RecurrentArguments {
  /** The states before the first step, each [batch, size]; one state may stand without a list. Default: the cell's, zeros. */
  readonly initialState?: Tensor | readonly Tensor[] | null
}

/** What a recurrent layer returns: with `returnState` the states, too. */
export type RecurrentOutput<S extends boolean> = S extends true ? readonly Tensor[] : Tensor

const flags = [
  'returnSequences',
  'returnState',
  'goBackwards',
  'stateful',
  'unroll',
  'zeroOutputForMask',
] as const

type Flags = { readonly [name in (typeof flags)[number]]: boolean }

/** The names of the options of {@link SequenceOptions} that other layers do not have. */
export const sequenceOptionNames: readonly string[] = flags

/** The options of a recurrent layer, checked; what is not given is false. */
export function checkFlags(op: string, options: SequenceOptions): Flags {
  return Object.fromEntries(
    flags.map((name) => [name, checkBoolean(op, name, options[name] ?? false)]),
  ) as Flags
}

/** What a layer hands on to the cell that it makes: the cell's own options, the dtype, whether it is trained. */
export function cellOptions<T extends LayerOptions>(options: T, names: readonly string[]): Omit<T, 'name'> {
  const handed = ['dtype', 'trainable', ...names]
  return Object.fromEntries(Object.entries(options).filter(([name]) => handed.includes(name))) as T
}

/** The entries of a config that Keras writes for every recurrent layer. */
export function sequenceConfig(layer: Flags): Config {
  return {
    return_sequences: layer.returnSequences,
    return_state: layer.returnState,
    go_backwards: layer.goBackwards,
    stateful: layer.stateful,
    unroll: layer.unroll,
    zero_output_for_mask: layer.zeroOutputForMask,
  }
}

/** The options of {@link SequenceOptions} from the entries that Keras writes. */
export function readSequenceOptions(read: ConfigReader): SequenceOptions {
  return {
    ...readLayerOptions(read),
    returnSequences: read.boolean('return_sequences', false),
    returnState: read.boolean('return_state', false),
    goBackwards: read.boolean('go_backwards', false),
    stateful: read.boolean('stateful', false),
    unroll: read.boolean('unroll', false),
    zeroOutputForMask: read.boolean('zero_output_for_mask', false),
  }
}
