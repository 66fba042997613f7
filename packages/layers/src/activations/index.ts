import {
  ArgumentError,
  type Config,
  celu,
  closestName,
  elu,
  gelu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  type Json,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  SerializationError,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softShrink,
  softsign,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  type Tensor,
  tanh,
  tanhShrink,
  threshold,
} from '@tapegrad/core'
import { toSnakeCase } from '../engine/naming.ts'
import {
  deserializeFunction,
  findCustomFunction,
  isSerializedFunction,
  serializeFunction,
} from '../saving/functions.ts'
import { isSerializableClass } from '../saving/serializable.ts'
import { exponential } from './exponential.ts'
import { hardSigmoidKeras2 } from './hard-sigmoid-keras2.ts'
import { linear } from './linear.ts'

export {
  celu,
  elu,
  gelu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softShrink,
  softsign,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  tanh,
  tanhShrink,
  threshold,
} from '@tapegrad/core'
export { exponential } from './exponential.ts'
export { hardSigmoidKeras2 } from './hard-sigmoid-keras2.ts'
export { linear } from './linear.ts'

/** What layers apply to their result, element by element or along the last axis. */
export type Activation = (x: Tensor) => Tensor

/** The names of the built-in activations; Keras's own spelling (`leaky_relu`) works as well. */
export type ActivationName =
  | 'celu'
  | 'elu'
  | 'exponential'
  | 'gelu'
  | 'glu'
  | 'hardShrink'
  | 'hardSigmoid'
  | 'hardSigmoidKeras2'
  | 'hardSilu'
  | 'hardSwish'
  | 'hardTanh'
  | 'leakyRelu'
  | 'linear'
  | 'logSigmoid'
  | 'logSoftmax'
  | 'mish'
  | 'relu'
  | 'relu6'
  | 'selu'
  | 'sigmoid'
  | 'silu'
  | 'softShrink'
  | 'softmax'
  | 'softplus'
  | 'softsign'
  | 'sparsePlus'
  | 'sparseSigmoid'
  | 'sparsemax'
  | 'squareplus'
  | 'swish'
  | 'tanh'
  | 'tanhShrink'
  | 'threshold'

/** What stands for an activation in options: a name, any function of a tensor, or what a file holds. */
export type ActivationIdentifier =
  | ActivationName
  | (string & Record<never, never>)
  | Activation
  | Config
  | null

// Aliases come last: a function is written under its first name.
const activations: ReadonlyMap<string, Activation> = /* @__PURE__ */ new Map<string, Activation>([
  ['celu', celu],
  ['elu', elu],
  ['exponential', exponential],
  ['gelu', gelu],
  ['glu', glu],
  ['hard_shrink', hardShrink],
  ['hard_sigmoid', hardSigmoid],
  ['hard_sigmoid_keras2', hardSigmoidKeras2],
  ['hard_silu', hardSilu],
  ['hard_tanh', hardTanh],
  ['leaky_relu', leakyRelu],
  ['linear', linear],
  ['log_sigmoid', logSigmoid],
  ['log_softmax', logSoftmax],
  ['mish', mish],
  ['relu', relu],
  ['relu6', relu6],
  ['selu', selu],
  ['sigmoid', sigmoid],
  ['silu', silu],
  ['soft_shrink', softShrink],
  ['softmax', softmax],
  ['softplus', softplus],
  ['softsign', softsign],
  ['sparse_plus', sparsePlus],
  ['sparse_sigmoid', sparseSigmoid],
  ['sparsemax', sparsemax],
  ['squareplus', squareplus],
  ['tanh', tanh],
  ['tanh_shrink', tanhShrink],
  ['threshold', threshold],
  ['hard_swish', hardSilu],
  ['swish', silu],
])

/**
 * The activation that an option stands for; null is `linear`.
 *
 * @throws {@link ArgumentError} for an unknown name or another value, {@link SerializationError} for a wrong description.
 * @see https://keras.io/api/layers/activations/
 * @example
 * ```ts
 * activations.get('relu')(tensor([-1, 2])) // [0, 2]
 * activations.get((x) => mul(x, x))
 * ```
 */
export function get(identifier: ActivationIdentifier | undefined): Activation {
  if (identifier === null || identifier === undefined) return linear
  if (typeof identifier === 'function' && !isSerializableClass(identifier)) return identifier
  if (typeof identifier === 'object' && isSerializedFunction(identifier)) return deserialize(identifier)
  const found = typeof identifier === 'string' ? findByName(identifier) : undefined
  if (found !== undefined) return found
  throw new ArgumentError('unknown activation', {
    op: 'activations.get',
    received: { identifier },
    expected: 'a name or a function',
    hint: typeof identifier === 'function' ? 'a class is no function of a tensor' : hint(identifier),
  })
}

/**
 * An activation as files hold it: the name of a built-in one in snake_case, or a description of a registered function.
 *
 * @throws {@link SerializationError} for a function that is neither.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * activations.serialize(activations.relu)
 * ```
 */
export function serialize(activation: Activation): Json {
  for (const [name, each] of activations) if (each === activation) return name
  return serializeFunction('activation', activation)
}

/**
 * The activation that a file holds; null is `linear`.
 *
 * @throws {@link SerializationError} for an unknown name or another value.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * activations.deserialize('leaky_relu')
 * ```
 */
export function deserialize(json: Json): Activation {
  if (json === null) return linear
  const name = isSerializedFunction(json) ? (json as { readonly config?: Json }).config : json
  const found = typeof name === 'string' ? findByName(name) : undefined
  if (found !== undefined) return found
  if (isSerializedFunction(json)) return deserializeFunction('activation', json) as unknown as Activation
  throw new SerializationError('unknown activation', {
    op: 'activations.deserialize',
    received: { activation: json },
    hint: hint(json),
  })
}

function findByName(name: string): Activation | undefined {
  const builtIn = activations.get(name) ?? activations.get(toSnakeCase(name))
  // The registry does not know signatures.
  return builtIn ?? (findCustomFunction(name) as Activation | undefined)
}

function hint(identifier: Json): string {
  const closest = typeof identifier === 'string' ? closestName(identifier, activations.keys()) : undefined
  return closest === undefined
    ? 'functions of your own need registerSerializable() to be named'
    : `did you mean '${closest}'?`
}
