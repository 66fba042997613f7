import { ArgumentError, type Config, SerializationError, sub, type Tensor } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { hostileNames } from '../../fixtures/hostile-names.ts'
import { registerSerializable } from '../saving/serializable.ts'
import * as losses from './index.ts'

describe('get', () => {
  test.each([
    ['bce', losses.BinaryCrossentropy],
    ['BCE', losses.BinaryCrossentropy],
    ['binaryCrossentropy', losses.BinaryCrossentropy],
    ['binary_crossentropy', losses.BinaryCrossentropy],
    ['BinaryCrossentropy', losses.BinaryCrossentropy],
    ['categoricalCrossentropy', losses.CategoricalCrossentropy],
    ['categorical_crossentropy', losses.CategoricalCrossentropy],
    ['mae', losses.MeanAbsoluteError],
    ['MAE', losses.MeanAbsoluteError],
    ['meanAbsoluteError', losses.MeanAbsoluteError],
    ['meanSquaredError', losses.MeanSquaredError],
    ['mean_squared_error', losses.MeanSquaredError],
    ['mse', losses.MeanSquaredError],
    ['MSE', losses.MeanSquaredError],
    ['sparseCategoricalCrossentropy', losses.SparseCategoricalCrossentropy],
    ['binaryFocalCrossentropy', losses.BinaryFocalCrossentropy],
    ['categorical_focal_crossentropy', losses.CategoricalFocalCrossentropy],
    ['categoricalHinge', losses.CategoricalHinge],
    ['categoricalGeneralizedCrossEntropy', losses.CategoricalGeneralizedCrossEntropy],
    ['circle', losses.Circle],
    ['cosine_similarity', losses.CosineSimilarity],
    ['ctc', losses.CTC],
    ['CTC', losses.CTC],
    ['dice', losses.Dice],
    ['hinge', losses.Hinge],
    ['huber', losses.Huber],
    ['kld', losses.KLDivergence],
    ['KLD', losses.KLDivergence],
    ['klDivergence', losses.KLDivergence],
    ['kl_divergence', losses.KLDivergence],
    ['logCosh', losses.LogCosh],
    ['logcosh', losses.LogCosh],
    ['mape', losses.MeanAbsolutePercentageError],
    ['MAPE', losses.MeanAbsolutePercentageError],
    ['msle', losses.MeanSquaredLogarithmicError],
    ['MSLE', losses.MeanSquaredLogarithmicError],
    ['poisson', losses.Poisson],
    ['squaredHinge', losses.SquaredHinge],
    ['tversky', losses.Tversky],
  ])('%s', (name, Class) => {
    expect(losses.get(name)).toBeInstanceOf(Class)
  })

  test('an object, null, or a description', () => {
    const loss = new losses.BinaryCrossentropy({ fromLogits: true })
    expect(losses.get(loss)).toBe(loss)
    expect(losses.get(null)).toBeNull()
    const copy = losses.get(losses.serialize(loss) as Config) as losses.BinaryCrossentropy
    expect([copy.fromLogits, copy.name]).toEqual([true, 'binary_crossentropy'])
  })

  test.each([
    [losses.binaryCrossentropy, losses.BinaryCrossentropy],
    [losses.categoricalCrossentropy, losses.CategoricalCrossentropy],
    [losses.meanAbsoluteError, losses.MeanAbsoluteError],
    [losses.meanSquaredError, losses.MeanSquaredError],
    [losses.sparseCategoricalCrossentropy, losses.SparseCategoricalCrossentropy],
    [losses.binaryFocalCrossentropy, losses.BinaryFocalCrossentropy],
    [losses.categoricalFocalCrossentropy, losses.CategoricalFocalCrossentropy],
    [losses.categoricalHinge, losses.CategoricalHinge],
    [losses.categoricalGeneralizedCrossEntropy, losses.CategoricalGeneralizedCrossEntropy],
    [losses.circle, losses.Circle],
    [losses.cosineSimilarity, losses.CosineSimilarity],
    [losses.ctc, losses.CTC],
    [losses.dice, losses.Dice],
    [losses.hinge, losses.Hinge],
    [losses.huber, losses.Huber],
    [losses.klDivergence, losses.KLDivergence],
    [losses.logCosh, losses.LogCosh],
    [losses.meanAbsolutePercentageError, losses.MeanAbsolutePercentageError],
    [losses.meanSquaredLogarithmicError, losses.MeanSquaredLogarithmicError],
    [losses.poisson, losses.Poisson],
    [losses.squaredHinge, losses.SquaredHinge],
    [losses.tversky, losses.Tversky],
  ])('a function of this module stands for its class, %#', (f, Class) => {
    expect(losses.get(f)).toBeInstanceOf(Class)
    expect(losses.deserialize(losses.serialize(losses.get(f)))).toBeInstanceOf(Class)
  })

  test.each([
    [
      'meanSquareError',
      /^losses\.get: unknown loss "meanSquareError"[\s\S]*did you mean 'meanSquaredError'\?/,
    ],
    ['categorical_crossentropi', /did you mean 'categoricalCrossentropy'\?/],
    ['nothing like it', /one of binaryCrossentropy/],
    [losses.MeanSquaredError, /this is no loss[\s\S]*new …\(\)/],
    [7, /this is no loss/],
    [undefined, /this is no loss/],
    [{ apply: () => 0 }, /this is no loss/],
  ])('refuses %j', (identifier, message) => {
    expect(() => losses.get(identifier as never)).toThrow(ArgumentError)
    expect(() => losses.get(identifier as never)).toThrow(message)
  })
})

describe('files', () => {
  test.each([
    [{ class_name: 'Mse', config: {} }, /unknown loss class "Mse"/],
    [{ class_name: 'MeanSquaredError', config: { reduction: 'average' } }, /wrong kind[\s\S]*"sum"/],
    [{ class_name: 'MeanSquaredError', config: { reductoin: 'sum' } }, /did you mean reduction\?/],
    [{ class_name: 'BinaryCrossentropy', config: { from_logits: 1 } }, /true or false/],
    [{ class_name: 'BinaryCrossentropy', config: { label_smoothing: null } }, /finite number/],
    [{ class_name: 'CategoricalCrossentropy', config: { axis: 1.5 } }, /whole number/],
    [{ class_name: 'LossFunctionWrapper', config: { fn: 'eval' } }, /unknown loss "eval"/],
    [{ class_name: 'LossFunctionWrapper', config: {} }, /lacks an entry/],
    [{ config: {} }, /class_name/],
    ['mean_cubed_error', /unknown loss/],
    [3, /not the description/],
  ])('refuse %j', (json, message) => {
    expect(() => losses.deserialize(json)).toThrow(SerializationError)
    expect(() => losses.deserialize(json)).toThrow(message)
  })

  test.each(hostileNames.map((name) => [name]))('refuse the name %.20s', (name) => {
    expect(() => losses.get(name)).toThrow(ArgumentError)
    expect(() => losses.deserialize(name)).toThrow(SerializationError)
    expect(() => losses.deserialize({ class_name: name, config: {} })).toThrow(SerializationError)
    expect(() => losses.deserialize({ class_name: 'MeanSquaredError', config: { [`${name}x`]: 1 } })).toThrow(
      SerializationError,
    )
  })

  test('hold null, and registered functions only', () => {
    expect(losses.serialize(null)).toBeNull()
    expect(losses.deserialize(null)).toBeNull()
    const distance = (t: Tensor, p: Tensor): Tensor => sub(t, p)
    expect(() => losses.serialize(losses.get(distance))).toThrow(/registerSerializable/)
    registerSerializable(distance, { name: 'distance', package: 'losses' })
    const json = losses.serialize(
      new losses.LossFunctionWrapper({ fn: distance, name: 'd', reduction: 'sum' }),
    )
    const copy = losses.deserialize(JSON.parse(JSON.stringify(json))) as losses.LossFunctionWrapper
    expect([copy.fn, copy.name, copy.reduction]).toEqual([distance, 'd', 'sum'])
  })

  test('refuse what is no loss', () => {
    expect(() => losses.serialize({ name: 'mse' } as never)).toThrow(SerializationError)
  })
})
