import type { Json } from '@tapegrad/core'
import { deserializeOne, getObject, serializeOne } from '../saving/object-kind.ts'
import { type MetricIdentifier, metricKind } from './built-in-metrics.ts'
import type { Metric } from './metric.ts'

export type { Weighting } from '../losses/weighting.ts'
export { Accuracy, accuracy } from './accuracy.ts'
export { AUC } from './auc.ts'
export type { AUCOptions } from './auc-options.ts'
export type { BestShareOptions } from './best-share.ts'
export {
  BinaryAccuracy,
  type BinaryAccuracyFunctionOptions,
  type BinaryAccuracyOptions,
  binaryAccuracy,
} from './binary-accuracy.ts'
export { BinaryCrossentropy, type BinaryCrossentropyOptions } from './binary-crossentropy.ts'
export { BinaryIoU, type BinaryIoUOptions } from './binary-iou.ts'
export type { MetricIdentifier, MetricName } from './built-in-metrics.ts'
export { CategoricalAccuracy, categoricalAccuracy } from './categorical-accuracy.ts'
export { CategoricalCrossentropy, type CategoricalCrossentropyOptions } from './categorical-crossentropy.ts'
export { CategoricalHinge } from './categorical-hinge.ts'
export {
  ConcordanceCorrelation,
  type ConcordanceCorrelationOptions,
  concordanceCorrelation,
} from './concordance-correlation.ts'
export { CosineSimilarity, type CosineSimilarityOptions } from './cosine-similarity.ts'
export { type F1ScoreOptions, FBetaScore, type FBetaScoreOptions } from './f-beta-score.ts'
export { F1Score } from './f1-score.ts'
export { FalseNegatives } from './false-negatives.ts'
export { FalsePositives } from './false-positives.ts'
export { Hinge } from './hinge.ts'
export type { TopKOptions } from './in-top-k.ts'
export { IoU } from './iou.ts'
export type {
  IoUBaseOptions,
  IoUDType,
  IoUOptions,
  MeanIoUOptions,
  OneHotIoUOptions,
  OneHotMeanIoUOptions,
} from './iou-options.ts'
export { KLDivergence } from './kl-divergence.ts'
export { LogCoshError } from './log-cosh-error.ts'
export { Mean } from './mean.ts'
export { MeanAbsoluteError } from './mean-absolute-error.ts'
export { MeanAbsolutePercentageError } from './mean-absolute-percentage-error.ts'
export { MeanIoU } from './mean-iou.ts'
export { MeanMetric } from './mean-metric.ts'
export {
  MeanMetricWrapper,
  type MeanMetricWrapperOptions,
  type MetricFunction,
} from './mean-metric-wrapper.ts'
export { MeanSquaredError } from './mean-squared-error.ts'
export { MeanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts'
export { Metric, type MetricOptions } from './metric.ts'
export type { MetricVariable } from './metric-variable.ts'
export { OneHotIoU } from './one-hot-iou.ts'
export { OneHotMeanIoU } from './one-hot-mean-iou.ts'
export { OutcomeCount, type ThresholdsOptions } from './outcome-count.ts'
export {
  PearsonCorrelation,
  type PearsonCorrelationOptions,
  pearsonCorrelation,
} from './pearson-correlation.ts'
export { Poisson } from './poisson.ts'
export type { PositivesOptions } from './positives-options.ts'
export { Precision } from './precision.ts'
export { PrecisionAtRecall, type PrecisionAtRecallOptions } from './precision-at-recall.ts'
export { R2Score, type R2ScoreOptions } from './r2-score.ts'
export { Recall } from './recall.ts'
export { RecallAtPrecision, type RecallAtPrecisionOptions } from './recall-at-precision.ts'
export { RootMeanSquaredError } from './root-mean-squared-error.ts'
export {
  SensitivityAtSpecificity,
  type SensitivityAtSpecificityOptions,
} from './sensitivity-at-specificity.ts'
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
export {
  SpecificityAtSensitivity,
  type SpecificityAtSensitivityOptions,
} from './specificity-at-sensitivity.ts'
export { SquaredHinge } from './squared-hinge.ts'
export { Sum } from './sum.ts'
export type { Thresholds } from './thresholds.ts'
export {
  TopKCategoricalAccuracy,
  type TopKCategoricalAccuracyOptions,
  topKCategoricalAccuracy,
} from './top-k-categorical-accuracy.ts'
export { TrueNegatives } from './true-negatives.ts'
export { TruePositives } from './true-positives.ts'

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
