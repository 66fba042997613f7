import type { Json } from '@tapegrad/core'
import {
  classesByName,
  deserializeOne,
  getObject,
  type ObjectKind,
  serializeOne,
} from '../saving/object-kind.ts'
import { BinaryCrossentropy, binaryCrossentropy } from './binary-crossentropy.ts'
import { CategoricalCrossentropy, categoricalCrossentropy } from './categorical-crossentropy.ts'
import { Loss } from './loss.ts'
import { type LossFunction, LossFunctionWrapper } from './loss-function-wrapper.ts'
import { MeanAbsoluteError, meanAbsoluteError } from './mean-absolute-error.ts'
import { MeanSquaredError, meanSquaredError } from './mean-squared-error.ts'
import {
  SparseCategoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './sparse-categorical-crossentropy.ts'

export {
  BinaryCrossentropy,
  type BinaryCrossentropyOptions,
  binaryCrossentropy,
} from './binary-crossentropy.ts'
export {
  CategoricalCrossentropy,
  type CategoricalCrossentropyOptions,
  categoricalCrossentropy,
} from './categorical-crossentropy.ts'
export type { CrossentropyOptions } from './crossentropy-options.ts'
export { Loss, type LossOptions } from './loss.ts'
export {
  type LossFunction,
  LossFunctionWrapper,
  type LossFunctionWrapperOptions,
} from './loss-function-wrapper.ts'
export { MeanAbsoluteError, meanAbsoluteError } from './mean-absolute-error.ts'
export { MeanSquaredError, meanSquaredError } from './mean-squared-error.ts'
export type { Reduction } from './reduction.ts'
export {
  SparseCategoricalCrossentropy,
  type SparseCategoricalCrossentropyOptions,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './sparse-categorical-crossentropy.ts'
export type { Weighting } from './weighting.ts'

/** The names of the built-in losses; Keras's own spelling (`mean_squared_error`) works as well. */
export type LossName =
  | 'bce'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'mae'
  | 'meanAbsoluteError'
  | 'meanSquaredError'
  | 'mse'
  | 'sparseCategoricalCrossentropy'

/** What stands for a loss in options: a name, an object, a function, or what a file holds. */
export type LossIdentifier = LossName | (string & Record<never, never>) | Loss | LossFunction | Json

const lossKind: ObjectKind<Loss> = {
  kind: 'loss',
  module: 'keras.losses',
  classes: /* @__PURE__ */ classesByName<Loss>(
    BinaryCrossentropy,
    CategoricalCrossentropy,
    LossFunctionWrapper,
    MeanAbsoluteError,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
  ),
  aliases: /* @__PURE__ */ new Map<string, () => Loss>([
    ['bce', () => new BinaryCrossentropy()],
    ['BCE', () => new BinaryCrossentropy()],
    ['mae', () => new MeanAbsoluteError()],
    ['MAE', () => new MeanAbsoluteError()],
    ['mse', () => new MeanSquaredError()],
    ['MSE', () => new MeanSquaredError()],
  ]),
  accepts: (value) => value instanceof Loss,
  // The registry does not know signatures.
  fromFunction: (f) => ownFunctions.get(f)?.() ?? new LossFunctionWrapper({ fn: f as LossFunction }),
}

/** The functions of this module as objects, which files can hold. */
const ownFunctions: ReadonlyMap<unknown, () => Loss> = /* @__PURE__ */ new Map<unknown, () => Loss>([
  [binaryCrossentropy, () => new BinaryCrossentropy()],
  [categoricalCrossentropy, () => new CategoricalCrossentropy()],
  [meanAbsoluteError, () => new MeanAbsoluteError()],
  [meanSquaredError, () => new MeanSquaredError()],
  [sparseCategoricalCrossentropy, () => new SparseCategoricalCrossentropy()],
])

/**
 * The loss that an option stands for; null stays null.
 *
 * @throws {@link ArgumentError} for an unknown name or another value, {@link SerializationError} for a wrong description.
 * @see https://keras.io/api/losses/
 * @example
 * ```ts
 * losses.get('mse').apply(yTrue, yPred)
 * ```
 */
export function get(identifier: null): null
export function get(identifier: Exclude<LossIdentifier, null>): Loss
export function get(identifier: LossIdentifier): Loss | null
export function get(identifier: LossIdentifier): Loss | null {
  return identifier === null ? null : getObject(lossKind, identifier)
}

/**
 * A loss as files hold it.
 *
 * @throws {@link SerializationError} for an object of a class without a name of its own.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * losses.serialize(new losses.MeanSquaredError())
 * ```
 */
export function serialize(loss: Loss | null): Json {
  return serializeOne(lossKind, loss)
}

/**
 * The loss that a file holds.
 *
 * @throws {@link SerializationError} for an unknown class or a wrong description.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * losses.deserialize({ class_name: 'MeanSquaredError', config: { reduction: 'sum' } })
 * ```
 */
export function deserialize(json: Json): Loss | null {
  return deserializeOne(lossKind, json)
}
