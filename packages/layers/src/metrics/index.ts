import type { Json } from '@tapegrad/core'
import { binaryCrossentropy } from '../losses/binary-crossentropy.ts'
import { categoricalCrossentropy } from '../losses/categorical-crossentropy.ts'
import { meanAbsoluteError } from '../losses/mean-absolute-error.ts'
import { meanSquaredError } from '../losses/mean-squared-error.ts'
import { sparseCategoricalCrossentropy } from '../losses/sparse-categorical-crossentropy.ts'
import {
  classesByName,
  deserializeOne,
  getObject,
  type ObjectKind,
  serializeOne,
} from '../saving/object-kind.ts'
import { Accuracy, accuracy } from './accuracy.ts'
import { BinaryAccuracy, binaryAccuracy } from './binary-accuracy.ts'
import { BinaryCrossentropy } from './binary-crossentropy.ts'
import { CategoricalAccuracy, categoricalAccuracy } from './categorical-accuracy.ts'
import { CategoricalCrossentropy } from './categorical-crossentropy.ts'
import { Mean } from './mean.ts'
import { MeanAbsoluteError } from './mean-absolute-error.ts'
import { MeanMetricWrapper, type MetricFunction } from './mean-metric-wrapper.ts'
import { MeanSquaredError } from './mean-squared-error.ts'
import { Metric } from './metric.ts'
import { RootMeanSquaredError } from './root-mean-squared-error.ts'
import { SparseCategoricalAccuracy, sparseCategoricalAccuracy } from './sparse-categorical-accuracy.ts'
import { SparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts'
import {
  SparseTopKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
} from './sparse-top-k-categorical-accuracy.ts'
import { Sum } from './sum.ts'
import { TopKCategoricalAccuracy, topKCategoricalAccuracy } from './top-k-categorical-accuracy.ts'

export type { Weighting } from '../losses/weighting.ts'
export { Accuracy, accuracy } from './accuracy.ts'
export {
  BinaryAccuracy,
  type BinaryAccuracyFunctionOptions,
  type BinaryAccuracyOptions,
  binaryAccuracy,
} from './binary-accuracy.ts'
export { BinaryCrossentropy, type BinaryCrossentropyOptions } from './binary-crossentropy.ts'
export { CategoricalAccuracy, categoricalAccuracy } from './categorical-accuracy.ts'
export { CategoricalCrossentropy, type CategoricalCrossentropyOptions } from './categorical-crossentropy.ts'
export type { TopKOptions } from './in-top-k.ts'
export { Mean } from './mean.ts'
export { MeanAbsoluteError } from './mean-absolute-error.ts'
export { MeanMetric } from './mean-metric.ts'
export {
  MeanMetricWrapper,
  type MeanMetricWrapperOptions,
  type MetricFunction,
} from './mean-metric-wrapper.ts'
export { MeanSquaredError } from './mean-squared-error.ts'
export { Metric, type MetricOptions } from './metric.ts'
export type { MetricVariable } from './metric-variable.ts'
export { RootMeanSquaredError } from './root-mean-squared-error.ts'
export { SparseCategoricalAccuracy, sparseCategoricalAccuracy } from './sparse-categorical-accuracy.ts'
export {
  SparseCategoricalCrossentropy,
  type SparseCategoricalCrossentropyOptions,
} from './sparse-categorical-crossentropy.ts'
export {
  SparseTopKCategoricalAccuracy,
  type SparseTopKCategoricalAccuracyOptions,
  type SparseTopKOptions,
  sparseTopKCategoricalAccuracy,
} from './sparse-top-k-categorical-accuracy.ts'
export { Sum } from './sum.ts'
export {
  TopKCategoricalAccuracy,
  type TopKCategoricalAccuracyOptions,
  topKCategoricalAccuracy,
} from './top-k-categorical-accuracy.ts'

/** The names of the built-in metrics; Keras's own spelling (`binary_accuracy`) works as well. */
export type MetricName =
  | 'accuracy'
  | 'bce'
  | 'binaryAccuracy'
  | 'binaryCrossentropy'
  | 'categoricalAccuracy'
  | 'categoricalCrossentropy'
  | 'mae'
  | 'mean'
  | 'meanAbsoluteError'
  | 'meanSquaredError'
  | 'mse'
  | 'rootMeanSquaredError'
  | 'sparseCategoricalAccuracy'
  | 'sparseCategoricalCrossentropy'
  | 'sparseTopKCategoricalAccuracy'
  | 'sum'
  | 'topKCategoricalAccuracy'

/** What stands for a metric in options: a name, an object, a function, or what a file holds. */
export type MetricIdentifier = MetricName | (string & Record<never, never>) | Metric | MetricFunction | Json

const metricKind: ObjectKind<Metric> = {
  kind: 'metric',
  module: 'keras.metrics',
  classes: /* @__PURE__ */ classesByName<Metric>(
    Accuracy,
    BinaryAccuracy,
    BinaryCrossentropy,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    Mean,
    MeanAbsoluteError,
    MeanMetricWrapper,
    MeanSquaredError,
    RootMeanSquaredError,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy,
    Sum,
    TopKCategoricalAccuracy,
  ),
  aliases: /* @__PURE__ */ new Map<string, () => Metric>([
    ['bce', () => new BinaryCrossentropy()],
    ['BCE', () => new BinaryCrossentropy()],
    ['mae', () => new MeanAbsoluteError()],
    ['MAE', () => new MeanAbsoluteError()],
    ['mse', () => new MeanSquaredError()],
    ['MSE', () => new MeanSquaredError()],
  ]),
  accepts: (value) => value instanceof Metric,
  // The registry does not know signatures.
  fromFunction: (f) => ownFunctions.get(f)?.() ?? new MeanMetricWrapper({ fn: f as MetricFunction }),
}

/** The functions of this module and of the losses as objects, which files can hold. */
const ownFunctions: ReadonlyMap<unknown, () => Metric> = /* @__PURE__ */ new Map<unknown, () => Metric>([
  [accuracy, () => new Accuracy()],
  [binaryAccuracy, () => new BinaryAccuracy()],
  [binaryCrossentropy, () => new BinaryCrossentropy()],
  [categoricalAccuracy, () => new CategoricalAccuracy()],
  [categoricalCrossentropy, () => new CategoricalCrossentropy()],
  [meanAbsoluteError, () => new MeanAbsoluteError()],
  [meanSquaredError, () => new MeanSquaredError()],
  [sparseCategoricalAccuracy, () => new SparseCategoricalAccuracy()],
  [sparseCategoricalCrossentropy, () => new SparseCategoricalCrossentropy()],
  [sparseTopKCategoricalAccuracy, () => new SparseTopKCategoricalAccuracy()],
  [topKCategoricalAccuracy, () => new TopKCategoricalAccuracy()],
])

/**
 * The metric that an option stands for; null stays null.
 *
 * @throws {@link ArgumentError} for an unknown name or another value, {@link SerializationError} for a wrong description.
 * @see https://keras.io/api/metrics/
 * @example
 * ```ts
 * using metric = metrics.get('binaryAccuracy')
 * metric.updateState(yTrue, yPred)
 * ```
 */
export function get(identifier: null): null
export function get(identifier: Exclude<MetricIdentifier, null>): Metric
export function get(identifier: MetricIdentifier): Metric | null
export function get(identifier: MetricIdentifier): Metric | null {
  return identifier === null ? null : getObject(metricKind, identifier)
}

/**
 * A metric as files hold it: its options, not what it has counted.
 *
 * @throws {@link SerializationError} for an object of a class without a name of its own.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * metrics.serialize(new metrics.Mean())
 * ```
 */
export function serialize(metric: Metric | null): Json {
  return serializeOne(metricKind, metric)
}

/**
 * The metric that a file holds.
 *
 * @throws {@link SerializationError} for an unknown class or a wrong description.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 * @example
 * ```ts
 * metrics.deserialize({ class_name: 'TopKCategoricalAccuracy', config: { k: 3 } })
 * ```
 */
export function deserialize(json: Json): Metric | null {
  return deserializeOne(metricKind, json)
}
