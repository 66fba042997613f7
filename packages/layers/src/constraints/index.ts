import type { Config, Json } from '@tapegrad/core'
import {
  classesByName,
  deserializeOne,
  getObject,
  type ObjectKind,
  serializeOne,
} from '../saving/object-kind.ts'
import type { Constraint } from './constraint.ts'
import { MaxNorm } from './max-norm.ts'
import { MinMaxNorm } from './min-max-norm.ts'
import { NonNeg } from './non-neg.ts'
import { UnitNorm } from './unit-norm.ts'

export type { Constraint } from './constraint.ts'
export { MaxNorm, type MaxNormOptions } from './max-norm.ts'
export { MinMaxNorm, type MinMaxNormOptions } from './min-max-norm.ts'
export { NonNeg } from './non-neg.ts'
export { UnitNorm, type UnitNormOptions } from './unit-norm.ts'

/** The names of the built-in constraints; Keras's own spelling in snake_case works as well. */
export type ConstraintName = 'maxNorm' | 'minMaxNorm' | 'nonNeg' | 'unitNorm'

/** What stands for a constraint in options: a name, an object, or what a file holds. */
export type ConstraintIdentifier =
  | ConstraintName
  | (string & Record<never, never>)
  | Constraint
  | Config
  | null

const constraintKind: ObjectKind<Constraint> = {
  kind: 'constraint',
  module: 'keras.constraints',
  classes: /* @__PURE__ */ classesByName<Constraint>(MaxNorm, MinMaxNorm, NonNeg, UnitNorm),
  aliases: /* @__PURE__ */ new Map<string, () => Constraint>([]),
  accepts: (value) => 'apply' in value && typeof value.apply === 'function' && 'getConfig' in value,
}

/**
 * The constraint that an option stands for; null stays null.
 *
 * @throws {@link ArgumentError} for an unknown name or another value, {@link SerializationError} for a wrong description.
 * @see https://keras.io/api/layers/constraints/
 * @example
 * ```ts
 * constraints.get('nonNeg').apply(kernel)
 * ```
 */
export function get(identifier: null): null
export function get(identifier: Exclude<ConstraintIdentifier, null>): Constraint
export function get(identifier: ConstraintIdentifier): Constraint | null
export function get(identifier: ConstraintIdentifier): Constraint | null {
  return identifier === null ? null : getObject(constraintKind, identifier)
}

/**
 * A constraint as files hold it.
 *
 * @throws {@link SerializationError} for an object of a class without a name of its own.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * constraints.serialize(new constraints.NonNeg())
 * ```
 */
export function serialize(constraint: Constraint | null): Json {
  return serializeOne(constraintKind, constraint)
}

/**
 * The constraint that a file holds.
 *
 * @throws {@link SerializationError} for an unknown class or a wrong description.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * constraints.deserialize({ class_name: 'MaxNorm', config: { max_value: 3 } })
 * ```
 */
export function deserialize(json: Json): Constraint | null {
  return deserializeOne(constraintKind, json)
}
