import { ArgumentError, type Config, SerializationError, setBackend, sub, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { hostileNames } from '../../fixtures/hostile-names.ts'
import * as losses from '../losses/index.ts'
import { registerSerializable } from '../saving/serializable.ts'
import * as metrics from './index.ts'

setBackend(referenceBackend())

describe('get', () => {
  test.each([
    ['accuracy', metrics.Accuracy],
    ['bce', metrics.BinaryCrossentropy],
    ['BCE', metrics.BinaryCrossentropy],
    ['binaryAccuracy', metrics.BinaryAccuracy],
    ['binary_accuracy', metrics.BinaryAccuracy],
    ['BinaryAccuracy', metrics.BinaryAccuracy],
    ['binaryCrossentropy', metrics.BinaryCrossentropy],
    ['categoricalAccuracy', metrics.CategoricalAccuracy],
    ['categoricalCrossentropy', metrics.CategoricalCrossentropy],
    ['mae', metrics.MeanAbsoluteError],
    ['MAE', metrics.MeanAbsoluteError],
    ['mean', metrics.Mean],
    ['meanAbsoluteError', metrics.MeanAbsoluteError],
    ['meanSquaredError', metrics.MeanSquaredError],
    ['mse', metrics.MeanSquaredError],
    ['MSE', metrics.MeanSquaredError],
    ['rootMeanSquaredError', metrics.RootMeanSquaredError],
    ['root_mean_squared_error', metrics.RootMeanSquaredError],
    ['sparseCategoricalAccuracy', metrics.SparseCategoricalAccuracy],
    ['sparseCategoricalCrossentropy', metrics.SparseCategoricalCrossentropy],
    ['sparseTopKCategoricalAccuracy', metrics.SparseTopKCategoricalAccuracy],
    ['sparse_top_k_categorical_accuracy', metrics.SparseTopKCategoricalAccuracy],
    ['sum', metrics.Sum],
    ['topKCategoricalAccuracy', metrics.TopKCategoricalAccuracy],
    ['top_k_categorical_accuracy', metrics.TopKCategoricalAccuracy],
    ['auc', metrics.AUC],
    ['AUC', metrics.AUC],
    ['binaryIoU', metrics.BinaryIoU],
    ['binary_io_u', metrics.BinaryIoU],
    ['categoricalHinge', metrics.CategoricalHinge],
    ['concordanceCorrelation', metrics.ConcordanceCorrelation],
    ['cosine_similarity', metrics.CosineSimilarity],
    ['f1Score', metrics.F1Score],
    ['f1_score', metrics.F1Score],
    ['fBetaScore', metrics.FBetaScore],
    ['fbeta_score', metrics.FBetaScore],
    ['falseNegatives', metrics.FalseNegatives],
    ['falsePositives', metrics.FalsePositives],
    ['hinge', metrics.Hinge],
    ['kld', metrics.KLDivergence],
    ['KLD', metrics.KLDivergence],
    ['klDivergence', metrics.KLDivergence],
    ['logCoshError', metrics.LogCoshError],
    ['logcosh', metrics.LogCoshError],
    ['mape', metrics.MeanAbsolutePercentageError],
    ['MAPE', metrics.MeanAbsolutePercentageError],
    ['msle', metrics.MeanSquaredLogarithmicError],
    ['MSLE', metrics.MeanSquaredLogarithmicError],
    ['pearson_correlation', metrics.PearsonCorrelation],
    ['poisson', metrics.Poisson],
    ['precision', metrics.Precision],
    ['r2Score', metrics.R2Score],
    ['recall', metrics.Recall],
    ['squaredHinge', metrics.SquaredHinge],
    ['trueNegatives', metrics.TrueNegatives],
    ['true_positives', metrics.TruePositives],
  ])('%s', (name, Class) => {
    using metric = metrics.get(name)
    expect(metric).toBeInstanceOf(Class)
  })

  test('an object, null, or a description', () => {
    using metric = new metrics.TopKCategoricalAccuracy({ k: 3, name: 'top3' })
    expect(metrics.get(metric)).toBe(metric)
    expect(metrics.get(null)).toBeNull()
    using copy = metrics.get(metrics.serialize(metric) as Config) as metrics.TopKCategoricalAccuracy
    expect([copy.k, copy.name]).toEqual([3, 'top3'])
  })

  test.each([
    [metrics.accuracy, metrics.Accuracy],
    [metrics.binaryAccuracy, metrics.BinaryAccuracy],
    [metrics.categoricalAccuracy, metrics.CategoricalAccuracy],
    [metrics.sparseCategoricalAccuracy, metrics.SparseCategoricalAccuracy],
    [metrics.sparseTopKCategoricalAccuracy, metrics.SparseTopKCategoricalAccuracy],
    [metrics.topKCategoricalAccuracy, metrics.TopKCategoricalAccuracy],
    [losses.binaryCrossentropy, metrics.BinaryCrossentropy],
    [losses.categoricalCrossentropy, metrics.CategoricalCrossentropy],
    [losses.meanAbsoluteError, metrics.MeanAbsoluteError],
    [losses.meanSquaredError, metrics.MeanSquaredError],
    [losses.sparseCategoricalCrossentropy, metrics.SparseCategoricalCrossentropy],
    [losses.categoricalHinge, metrics.CategoricalHinge],
    [losses.hinge, metrics.Hinge],
    [losses.klDivergence, metrics.KLDivergence],
    [losses.logCosh, metrics.LogCoshError],
    [losses.meanAbsolutePercentageError, metrics.MeanAbsolutePercentageError],
    [losses.meanSquaredLogarithmicError, metrics.MeanSquaredLogarithmicError],
    [losses.poisson, metrics.Poisson],
    [losses.squaredHinge, metrics.SquaredHinge],
    [metrics.concordanceCorrelation, metrics.ConcordanceCorrelation],
    [metrics.pearsonCorrelation, metrics.PearsonCorrelation],
  ])('a function of this module or of the losses stands for its class, %#', (f, Class) => {
    expect(metrics.get(f)).toBeInstanceOf(Class)
    expect(metrics.deserialize(metrics.serialize(metrics.get(f)))).toBeInstanceOf(Class)
  })

  test.each([
    ['accurracy', /unknown metric "accurracy"[\s\S]*did you mean 'accuracy'\?/],
    ['sparse_categorical_acuracy', /did you mean 'sparseCategoricalAccuracy'\?/],
    ['nothing like it', /one of accuracy/],
    [metrics.Accuracy, /this is no metric[\s\S]*new …\(\)/],
    [7, /this is no metric/],
    [undefined, /this is no metric/],
    [{ updateState: () => 0 }, /this is no metric/],
  ])('refuses %j', (identifier, message) => {
    expect(() => metrics.get(identifier as never)).toThrow(ArgumentError)
    expect(() => metrics.get(identifier as never)).toThrow(message)
  })
})

describe('files', () => {
  test.each([
    [{ class_name: 'Accurracy', config: {} }, /unknown metric class "Accurracy"[\s\S]*did you mean Accuracy/],
    [{ class_name: 'Accuracy', config: { dtype: 'int8' } }, /dtype is not supported/],
    [{ class_name: 'Accuracy', config: { k: 5 } }, /unknown entry "k"/],
    [{ class_name: 'Mean', config: { name: 3 } }, /a text/],
    [{ class_name: 'TopKCategoricalAccuracy', config: { k: '5' } }, /whole number/],
    [{ class_name: 'BinaryAccuracy', config: { threshold: null } }, /finite number/],
    [{ class_name: 'SparseTopKCategoricalAccuracy', config: { from_sorted_ids: 1 } }, /true or false/],
    [{ class_name: 'MeanMetricWrapper', config: { fn: 'eval' } }, /unknown metric "eval"/],
    [{ class_name: 'MeanMetricWrapper', config: {} }, /lacks an entry/],
    ['accurracy', /unknown metric/],
    [[], /not the description/],
  ])('refuse %j', (json, message) => {
    expect(() => metrics.deserialize(json)).toThrow(SerializationError)
    expect(() => metrics.deserialize(json)).toThrow(message)
  })

  test('may give the dtype as Keras’s policy', () => {
    const dtype = {
      module: 'keras',
      class_name: 'DTypePolicy',
      config: { name: 'float64' },
      registered_name: null,
    }
    using metric = metrics.deserialize({ class_name: 'Mean', config: { name: 'm', dtype } })!
    expect([metric.name, metric.dtype]).toEqual(['m', 'float64'])
  })

  test('refuse a k out of its range', () => {
    expect(() => metrics.deserialize({ class_name: 'TopKCategoricalAccuracy', config: { k: 0 } })).toThrow(
      ArgumentError,
    )
  })

  test.each(hostileNames.map((name) => [name]))('refuse the name %.20s', (name) => {
    expect(() => metrics.get(name)).toThrow(ArgumentError)
    expect(() => metrics.deserialize(name)).toThrow(SerializationError)
    expect(() => metrics.deserialize({ class_name: name, config: {} })).toThrow(SerializationError)
  })

  test('hold null, and registered functions only', () => {
    expect(metrics.serialize(null)).toBeNull()
    expect(metrics.deserialize(null)).toBeNull()
    const distance = (t: Tensor, p: Tensor): Tensor => sub(t, p)
    expect(() => metrics.serialize(metrics.get(distance))).toThrow(/registerSerializable/)
    registerSerializable(distance, { name: 'distance', package: 'metrics' })
    const json = metrics.serialize(new metrics.MeanMetricWrapper({ fn: distance, name: 'd' }))
    const copy = metrics.deserialize(JSON.parse(JSON.stringify(json))) as metrics.MeanMetricWrapper
    expect([copy.fn, copy.name]).toEqual([distance, 'd'])
    expect(() => metrics.serialize({ name: 'mean' } as never)).toThrow(SerializationError)
  })
})
