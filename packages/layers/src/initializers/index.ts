import type { Config, Json } from '@tapegrad/core'
import {
  classesByName,
  deserializeOne,
  getObject,
  type ObjectKind,
  serializeOne,
} from '../saving/object-kind.ts'
import { Constant } from './constant.ts'
import { GlorotNormal } from './glorot-normal.ts'
import { GlorotUniform } from './glorot-uniform.ts'
import { HeNormal } from './he-normal.ts'
import { HeUniform } from './he-uniform.ts'
import { Identity } from './identity.ts'
import type { Initializer } from './initializer.ts'
import { LecunNormal } from './lecun-normal.ts'
import { LecunUniform } from './lecun-uniform.ts'
import { Ones } from './ones.ts'
import { Orthogonal } from './orthogonal.ts'
import { RandomNormal } from './random-normal.ts'
import { RandomUniform } from './random-uniform.ts'
import { TruncatedNormal } from './truncated-normal.ts'
import { VarianceScaling } from './variance-scaling.ts'
import { Zeros } from './zeros.ts'

export { Constant, type ConstantOptions } from './constant.ts'
export { GlorotNormal } from './glorot-normal.ts'
export { GlorotUniform } from './glorot-uniform.ts'
export { HeNormal } from './he-normal.ts'
export { HeUniform } from './he-uniform.ts'
export { Identity, type IdentityOptions } from './identity.ts'
export type { Initializer, InitializerOptions } from './initializer.ts'
export { LecunNormal } from './lecun-normal.ts'
export { LecunUniform } from './lecun-uniform.ts'
export { Ones } from './ones.ts'
export { Orthogonal, type OrthogonalOptions } from './orthogonal.ts'
export { RandomInitializer, type SeedOptions } from './random-initializer.ts'
export { RandomNormal, type RandomNormalOptions } from './random-normal.ts'
export { RandomUniform, type RandomUniformOptions } from './random-uniform.ts'
export { TruncatedNormal, type TruncatedNormalOptions } from './truncated-normal.ts'
export { type FanOptions, VarianceScaling, type VarianceScalingOptions } from './variance-scaling.ts'
export { Zeros } from './zeros.ts'

/** The names of the built-in initializers; Keras's own spelling (`glorot_uniform`) works as well. */
export type InitializerName =
  | 'constant'
  | 'glorotNormal'
  | 'glorotUniform'
  | 'heNormal'
  | 'heUniform'
  | 'identity'
  | 'lecunNormal'
  | 'lecunUniform'
  | 'ones'
  | 'orthogonal'
  | 'randomNormal'
  | 'randomUniform'
  | 'truncatedNormal'
  | 'varianceScaling'
  | 'zeros'

/** What stands for an initializer in options: a name, an object, or what a file holds. */
export type InitializerIdentifier =
  | InitializerName
  | (string & Record<never, never>)
  | Initializer
  | Config
  | null

const initializerKind: ObjectKind<Initializer> = {
  kind: 'initializer',
  module: 'keras.initializers',
  classes: /* @__PURE__ */ classesByName<Initializer>(
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Identity,
    LecunNormal,
    LecunUniform,
    Ones,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
    Zeros,
  ),
  aliases: /* @__PURE__ */ new Map<string, () => Initializer>([
    ['normal', () => new RandomNormal()],
    ['uniform', () => new RandomUniform()],
    ['one', () => new Ones()],
    ['zero', () => new Zeros()],
    ['IdentityInitializer', () => new Identity()],
    ['OrthogonalInitializer', () => new Orthogonal()],
  ]),
  accepts: (value) => 'apply' in value && typeof value.apply === 'function' && 'getConfig' in value,
}

/**
 * The initializer that an option stands for; null stays null.
 *
 * @throws {@link ArgumentError} for an unknown name or another value, {@link SerializationError} for a wrong description.
 * @see https://keras.io/api/layers/initializers/
 * @example
 * ```ts
 * initializers.get('glorotUniform').apply([784, 128])
 * ```
 */
export function get(identifier: null): null
export function get(identifier: Exclude<InitializerIdentifier, null>): Initializer
export function get(identifier: InitializerIdentifier): Initializer | null
export function get(identifier: InitializerIdentifier): Initializer | null {
  return identifier === null ? null : getObject(initializerKind, identifier)
}

/**
 * An initializer as files hold it.
 *
 * @throws {@link SerializationError} for an object of a class without a name of its own.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * initializers.serialize(new initializers.Zeros())
 * ```
 */
export function serialize(initializer: Initializer | null): Json {
  return serializeOne(initializerKind, initializer)
}

/**
 * The initializer that a file holds.
 *
 * @throws {@link SerializationError} for an unknown class or a wrong description.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * initializers.deserialize({ class_name: 'RandomNormal', config: { stddev: 0.02 } })
 * ```
 */
export function deserialize(json: Json): Initializer | null {
  return deserializeOne(initializerKind, json)
}
