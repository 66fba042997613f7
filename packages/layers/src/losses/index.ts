import type { Config, Json } from '@tapegrad/core'
import {
  classesByName,
  deserializeOne,
  getObject,
  type ObjectKind,
  serializeOne,
} from '../saving/object-kind.ts'
import { BinaryCrossentropy, binaryCrossentropy } from './binary-crossentropy.ts'
import { BinaryFocalCrossentropy, binaryFocalCrossentropy } from './binary-focal-crossentropy.ts'
import { CategoricalCrossentropy, categoricalCrossentropy } from './categorical-crossentropy.ts'
import {
  CategoricalFocalCrossentropy,
  categoricalFocalCrossentropy,
} from './categorical-focal-crossentropy.ts'
import {
  CategoricalGeneralizedCrossEntropy,
  categoricalGeneralizedCrossEntropy,
} from './categorical-generalized-cross-entropy.ts'
import { CategoricalHinge, categoricalHinge } from './categorical-hinge.ts'
import { Circle, circle } from './circle.ts'
import { CosineSimilarity, cosineSimilarity } from './cosine-similarity.ts'
import { CTC, ctc } from './ctc.ts'
import { Dice, dice } from './dice.ts'
import { Hinge, hinge } from './hinge.ts'
import { Huber, huber } from './huber.ts'
import { KLDivergence, klDivergence } from './kl-divergence.ts'
import { LogCosh, logCosh } from './log-cosh.ts'
import { Loss } from './loss.ts'
import { type LossFunction, LossFunctionWrapper } from './loss-function-wrapper.ts'
import { MeanAbsoluteError, meanAbsoluteError } from './mean-absolute-error.ts'
import { MeanAbsolutePercentageError, meanAbsolutePercentageError } from './mean-absolute-percentage-error.ts'
import { MeanSquaredError, meanSquaredError } from './mean-squared-error.ts'
import { MeanSquaredLogarithmicError, meanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts'
import { Poisson, poisson } from './poisson.ts'
import {
  SparseCategoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './sparse-categorical-crossentropy.ts'
import { SquaredHinge, squaredHinge } from './squared-hinge.ts'
import { Tversky, tversky } from './tversky.ts'

export {
  BinaryCrossentropy,
  type BinaryCrossentropyOptions,
  binaryCrossentropy,
} from './binary-crossentropy.ts'
export {
  BinaryFocalCrossentropy,
  type BinaryFocalCrossentropyOptions,
  type BinaryFocalOptions,
  binaryFocalCrossentropy,
} from './binary-focal-crossentropy.ts'
export {
  CategoricalCrossentropy,
  type CategoricalCrossentropyOptions,
  categoricalCrossentropy,
} from './categorical-crossentropy.ts'
export {
  CategoricalFocalCrossentropy,
  type CategoricalFocalCrossentropyOptions,
  type CategoricalFocalOptions,
  categoricalFocalCrossentropy,
} from './categorical-focal-crossentropy.ts'
export {
  CategoricalGeneralizedCrossEntropy,
  type CategoricalGeneralizedCrossEntropyOptions,
  categoricalGeneralizedCrossEntropy,
  type NoiseOption,
} from './categorical-generalized-cross-entropy.ts'
export { CategoricalHinge, categoricalHinge } from './categorical-hinge.ts'
export {
  Circle,
  type CircleFunctionOptions,
  type CircleOptions,
  type CircleWeights,
  circle,
} from './circle.ts'
export {
  CosineSimilarity,
  type CosineSimilarityAxis,
  type CosineSimilarityOptions,
  cosineSimilarity,
} from './cosine-similarity.ts'
export type { CrossentropyOptions } from './crossentropy-options.ts'
export { CTC, ctc } from './ctc.ts'
export { Dice, type DiceAxes, type DiceOptions, dice } from './dice.ts'
export { Hinge, hinge } from './hinge.ts'
export { Huber, type HuberDelta, type HuberOptions, huber } from './huber.ts'
export { KLDivergence, klDivergence } from './kl-divergence.ts'
export { LogCosh, logCosh } from './log-cosh.ts'
export { Loss, type LossOptions } from './loss.ts'
export {
  type LossFunction,
  LossFunctionWrapper,
  type LossFunctionWrapperOptions,
} from './loss-function-wrapper.ts'
export { MeanAbsoluteError, meanAbsoluteError } from './mean-absolute-error.ts'
export { MeanAbsolutePercentageError, meanAbsolutePercentageError } from './mean-absolute-percentage-error.ts'
export { MeanSquaredError, meanSquaredError } from './mean-squared-error.ts'
export { MeanSquaredLogarithmicError, meanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts'
export type { OverlapAxes } from './overlap-axes.ts'
export { Poisson, poisson } from './poisson.ts'
export type { Reduction } from './reduction.ts'
export {
  SparseCategoricalCrossentropy,
  type SparseCategoricalCrossentropyOptions,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './sparse-categorical-crossentropy.ts'
export { SquaredHinge, squaredHinge } from './squared-hinge.ts'
export { Tversky, type TverskyOptions, type TverskyWeights, tversky } from './tversky.ts'
export type { Weighting } from './weighting.ts'

/** The names of the built-in losses; Keras's own spelling (`mean_squared_error`) works as well. */
export type LossName =
  | 'bce'
  | 'binaryCrossentropy'
  | 'binaryFocalCrossentropy'
  | 'categoricalCrossentropy'
  | 'categoricalFocalCrossentropy'
  | 'categoricalGeneralizedCrossEntropy'
  | 'categoricalHinge'
  | 'circle'
  | 'cosineSimilarity'
  | 'ctc'
  | 'dice'
  | 'hinge'
  | 'huber'
  | 'kld'
  | 'klDivergence'
  | 'logcosh'
  | 'logCosh'
  | 'mae'
  | 'mape'
  | 'meanAbsoluteError'
  | 'meanAbsolutePercentageError'
  | 'meanSquaredError'
  | 'meanSquaredLogarithmicError'
  | 'mse'
  | 'msle'
  | 'poisson'
  | 'sparseCategoricalCrossentropy'
  | 'squaredHinge'
  | 'tversky'

/** What stands for a loss in options: a name, an object, a function, or what a file holds. */
export type LossIdentifier = LossName | (string & Record<never, never>) | Loss | LossFunction | Config | null

const lossKind: ObjectKind<Loss> = {
  kind: 'loss',
  module: 'keras.losses',
  classes: /* @__PURE__ */ classesByName<Loss>(
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CTC,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    CategoricalHinge,
    Circle,
    CosineSimilarity,
    Dice,
    Hinge,
    Huber,
    KLDivergence,
    LogCosh,
    LossFunctionWrapper,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
    Tversky,
  ),
  aliases: /* @__PURE__ */ new Map<string, () => Loss>([
    ['bce', () => new BinaryCrossentropy()],
    ['BCE', () => new BinaryCrossentropy()],
    ['kld', () => new KLDivergence()],
    ['KLD', () => new KLDivergence()],
    ['logcosh', () => new LogCosh()],
    ['mae', () => new MeanAbsoluteError()],
    ['MAE', () => new MeanAbsoluteError()],
    ['mape', () => new MeanAbsolutePercentageError()],
    ['MAPE', () => new MeanAbsolutePercentageError()],
    ['mse', () => new MeanSquaredError()],
    ['MSE', () => new MeanSquaredError()],
    ['msle', () => new MeanSquaredLogarithmicError()],
    ['MSLE', () => new MeanSquaredLogarithmicError()],
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
  [binaryFocalCrossentropy, () => new BinaryFocalCrossentropy()],
  [categoricalFocalCrossentropy, () => new CategoricalFocalCrossentropy()],
  [categoricalGeneralizedCrossEntropy, () => new CategoricalGeneralizedCrossEntropy()],
  [categoricalHinge, () => new CategoricalHinge()],
  [circle, () => new Circle()],
  [cosineSimilarity, () => new CosineSimilarity()],
  [ctc, () => new CTC()],
  [dice, () => new Dice()],
  [hinge, () => new Hinge()],
  [huber, () => new Huber()],
  [klDivergence, () => new KLDivergence()],
  [logCosh, () => new LogCosh()],
  [meanAbsolutePercentageError, () => new MeanAbsolutePercentageError()],
  [meanSquaredLogarithmicError, () => new MeanSquaredLogarithmicError()],
  [poisson, () => new Poisson()],
  [squaredHinge, () => new SquaredHinge()],
  [tversky, () => new Tversky()],
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
