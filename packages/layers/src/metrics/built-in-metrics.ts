import type { Config } from '@tapegrad/core'
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
import { classesByName, type ObjectKind } from '../saving/object-kind.ts'
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
export type MetricIdentifier =
  | MetricName
  | (string & Record<never, never>)
  | Metric
  | MetricFunction
  | Config
  | null

/** What options and files know of the metrics here. */
export const metricKind: ObjectKind<Metric> = {
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
