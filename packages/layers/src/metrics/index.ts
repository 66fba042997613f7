import type { Json } from '@tapegrad/core'
import { binaryCrossentropy } from '../losses/binary-crossentropy.ts'
import { categoricalCrossentropy } from '../losses/categorical-crossentropy.ts'
import { categoricalHinge } from '../losses/categorical-hinge.ts'
import { hinge } from '../losses/hinge.ts'
import { klDivergence } from '../losses/kl-divergence.ts'
import { logCosh } from '../losses/log-cosh.ts'
import { meanAbsoluteError } from '../losses/mean-absolute-error.ts'
import { meanAbsolutePercentageError } from '../losses/mean-absolute-percentage-error.ts'
import { meanSquaredError } from '../losses/mean-squared-error.ts'
import { meanSquaredLogarithmicError } from '../losses/mean-squared-logarithmic-error.ts'
import { poisson } from '../losses/poisson.ts'
import { sparseCategoricalCrossentropy } from '../losses/sparse-categorical-crossentropy.ts'
import { squaredHinge } from '../losses/squared-hinge.ts'
import {
  classesByName,
  deserializeOne,
  getObject,
  type ObjectKind,
  serializeOne,
} from '../saving/object-kind.ts'
import { Accuracy, accuracy } from './accuracy.ts'
import { AUC } from './auc.ts'
import { BinaryAccuracy, binaryAccuracy } from './binary-accuracy.ts'
import { BinaryCrossentropy } from './binary-crossentropy.ts'
import { BinaryIoU } from './binary-iou.ts'
import { CategoricalAccuracy, categoricalAccuracy } from './categorical-accuracy.ts'
import { CategoricalCrossentropy } from './categorical-crossentropy.ts'
import { CategoricalHinge } from './categorical-hinge.ts'
import { ConcordanceCorrelation, concordanceCorrelation } from './concordance-correlation.ts'
import { CosineSimilarity } from './cosine-similarity.ts'
import { FBetaScore } from './f-beta-score.ts'
import { F1Score } from './f1-score.ts'
import { FalseNegatives } from './false-negatives.ts'
import { FalsePositives } from './false-positives.ts'
import { Hinge } from './hinge.ts'
import { IoU } from './iou.ts'
import { KLDivergence } from './kl-divergence.ts'
import { LogCoshError } from './log-cosh-error.ts'
import { Mean } from './mean.ts'
import { MeanAbsoluteError } from './mean-absolute-error.ts'
import { MeanAbsolutePercentageError } from './mean-absolute-percentage-error.ts'
import { MeanIoU } from './mean-iou.ts'
import { MeanMetricWrapper, type MetricFunction } from './mean-metric-wrapper.ts'
import { MeanSquaredError } from './mean-squared-error.ts'
import { MeanSquaredLogarithmicError } from './mean-squared-logarithmic-error.ts'
import { Metric } from './metric.ts'
import { OneHotIoU } from './one-hot-iou.ts'
import { OneHotMeanIoU } from './one-hot-mean-iou.ts'
import { PearsonCorrelation, pearsonCorrelation } from './pearson-correlation.ts'
import { Poisson } from './poisson.ts'
import { Precision } from './precision.ts'
import { PrecisionAtRecall } from './precision-at-recall.ts'
import { R2Score } from './r2-score.ts'
import { Recall } from './recall.ts'
import { RecallAtPrecision } from './recall-at-precision.ts'
import { RootMeanSquaredError } from './root-mean-squared-error.ts'
import { SensitivityAtSpecificity } from './sensitivity-at-specificity.ts'
import { SparseCategoricalAccuracy, sparseCategoricalAccuracy } from './sparse-categorical-accuracy.ts'
import { SparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts'
import {
  SparseTopKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
} from './sparse-top-k-categorical-accuracy.ts'
import { SpecificityAtSensitivity } from './specificity-at-sensitivity.ts'
import { SquaredHinge } from './squared-hinge.ts'
import { Sum } from './sum.ts'
import { TopKCategoricalAccuracy, topKCategoricalAccuracy } from './top-k-categorical-accuracy.ts'
import { TrueNegatives } from './true-negatives.ts'
import { TruePositives } from './true-positives.ts'

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

/** The names of the built-in metrics; Keras's own spelling (`binary_accuracy`) works as well. */
export type MetricName =
  | 'accuracy'
  | 'auc'
  | 'bce'
  | 'binaryAccuracy'
  | 'binaryCrossentropy'
  | 'binaryIoU'
  | 'categoricalAccuracy'
  | 'categoricalCrossentropy'
  | 'categoricalHinge'
  | 'concordanceCorrelation'
  | 'cosineSimilarity'
  | 'f1Score'
  | 'falseNegatives'
  | 'falsePositives'
  | 'fBetaScore'
  | 'hinge'
  | 'kld'
  | 'klDivergence'
  | 'logcosh'
  | 'logCoshError'
  | 'mae'
  | 'mape'
  | 'mean'
  | 'meanAbsoluteError'
  | 'meanAbsolutePercentageError'
  | 'meanSquaredError'
  | 'meanSquaredLogarithmicError'
  | 'mse'
  | 'msle'
  | 'pearsonCorrelation'
  | 'poisson'
  | 'precision'
  | 'r2Score'
  | 'recall'
  | 'rootMeanSquaredError'
  | 'sparseCategoricalAccuracy'
  | 'sparseCategoricalCrossentropy'
  | 'sparseTopKCategoricalAccuracy'
  | 'squaredHinge'
  | 'sum'
  | 'topKCategoricalAccuracy'
  | 'trueNegatives'
  | 'truePositives'

/** What stands for a metric in options: a name, an object, a function, or what a file holds. */
export type MetricIdentifier = MetricName | (string & Record<never, never>) | Metric | MetricFunction | Json

const metricKind: ObjectKind<Metric> = {
  kind: 'metric',
  module: 'keras.metrics',
  classes: /* @__PURE__ */ classesByName<Metric>(
    Accuracy,
    AUC,
    BinaryAccuracy,
    BinaryCrossentropy,
    BinaryIoU,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    CategoricalHinge,
    ConcordanceCorrelation,
    CosineSimilarity,
    F1Score,
    FalseNegatives,
    FalsePositives,
    FBetaScore,
    Hinge,
    IoU,
    KLDivergence,
    LogCoshError,
    Mean,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanIoU,
    MeanMetricWrapper,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    OneHotIoU,
    OneHotMeanIoU,
    PearsonCorrelation,
    Poisson,
    Precision,
    PrecisionAtRecall,
    R2Score,
    Recall,
    RecallAtPrecision,
    RootMeanSquaredError,
    SensitivityAtSpecificity,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy,
    SpecificityAtSensitivity,
    SquaredHinge,
    Sum,
    TopKCategoricalAccuracy,
    TrueNegatives,
    TruePositives,
  ),
  aliases: /* @__PURE__ */ new Map<string, () => Metric>([
    ['bce', () => new BinaryCrossentropy()],
    ['BCE', () => new BinaryCrossentropy()],
    ['kld', () => new KLDivergence()],
    ['KLD', () => new KLDivergence()],
    ['logcosh', () => new LogCoshError()],
    ['mae', () => new MeanAbsoluteError()],
    ['MAE', () => new MeanAbsoluteError()],
    ['mape', () => new MeanAbsolutePercentageError()],
    ['MAPE', () => new MeanAbsolutePercentageError()],
    ['mse', () => new MeanSquaredError()],
    ['MSE', () => new MeanSquaredError()],
    ['msle', () => new MeanSquaredLogarithmicError()],
    ['MSLE', () => new MeanSquaredLogarithmicError()],
    // Keras writes it so.
    ['fbeta_score', () => new FBetaScore()],
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
  [categoricalHinge, () => new CategoricalHinge()],
  [concordanceCorrelation, () => new ConcordanceCorrelation()],
  [hinge, () => new Hinge()],
  [klDivergence, () => new KLDivergence()],
  [logCosh, () => new LogCoshError()],
  [meanAbsolutePercentageError, () => new MeanAbsolutePercentageError()],
  [meanSquaredLogarithmicError, () => new MeanSquaredLogarithmicError()],
  [pearsonCorrelation, () => new PearsonCorrelation()],
  [poisson, () => new Poisson()],
  [squaredHinge, () => new SquaredHinge()],
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
