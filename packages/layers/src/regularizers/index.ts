import type { Config, Json } from '@tapegrad/core'
import {
  classesByName,
  deserializeOne,
  getObject,
  type ObjectKind,
  serializeOne,
} from '../saving/object-kind.ts'
import { L1 } from './l1.ts'
import { L1L2 } from './l1l2.ts'
import { L2 } from './l2.ts'
import { OrthogonalRegularizer } from './orthogonal-regularizer.ts'
import type { Regularizer } from './regularizer.ts'

export { L1, type L1Options } from './l1.ts'
export { L1L2, type L1L2Options } from './l1l2.ts'
export { L2, type L2Options } from './l2.ts'
export { OrthogonalRegularizer, type OrthogonalRegularizerOptions } from './orthogonal-regularizer.ts'
export type { Regularizer } from './regularizer.ts'

/** The names of the built-in regularizers; Keras's own spelling in snake_case works as well. */
export type RegularizerName = 'l1' | 'l2' | 'l1L2' | 'orthogonalRegularizer' | 'l1_l2'

/** What stands for a regularizer in options: a name, an object, or what a file holds. */
export type RegularizerIdentifier =
  | RegularizerName
  | (string & Record<never, never>)
  | Regularizer
  | Config
  | null

const regularizerKind: ObjectKind<Regularizer> = {
  kind: 'regularizer',
  module: 'keras.regularizers',
  classes: /* @__PURE__ */ classesByName<Regularizer>(L1, L2, L1L2, OrthogonalRegularizer),
  aliases: /* @__PURE__ */ new Map<string, () => Regularizer>([
    // The classes' own defaults are 0, which as a name would be of no use.
    ['l1L2', () => new L1L2({ l1: 0.01, l2: 0.01 })],
    ['l1_l2', () => new L1L2({ l1: 0.01, l2: 0.01 })],
  ]),
  accepts: (value) => 'apply' in value && typeof value.apply === 'function' && 'getConfig' in value,
}

/**
 * The regularizer that an option stands for; null stays null.
 *
 * @throws {@link ArgumentError} for an unknown name or another value, {@link SerializationError} for a wrong description.
 * @see https://keras.io/api/layers/regularizers/
 * @example
 * ```ts
 * regularizers.get('l2').apply(kernel)
 * ```
 */
export function get(identifier: null): null
export function get(identifier: Exclude<RegularizerIdentifier, null>): Regularizer
export function get(identifier: RegularizerIdentifier): Regularizer | null
export function get(identifier: RegularizerIdentifier): Regularizer | null {
  return identifier === null ? null : getObject(regularizerKind, identifier)
}

/**
 * A regularizer as files hold it.
 *
 * @throws {@link SerializationError} for an object of a class without a name of its own.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * regularizers.serialize(new regularizers.L2())
 * ```
 */
export function serialize(regularizer: Regularizer | null): Json {
  return serializeOne(regularizerKind, regularizer)
}

/**
 * The regularizer that a file holds.
 *
 * @throws {@link SerializationError} for an unknown class or a wrong description.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * regularizers.deserialize({ class_name: 'L2', config: { l2: 0.001 } })
 * ```
 */
export function deserialize(json: Json): Regularizer | null {
  return deserializeOne(regularizerKind, json)
}
