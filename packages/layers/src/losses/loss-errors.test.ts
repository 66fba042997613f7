import { ArgumentError, DTypeError, ones, ShapeError, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import * as losses from './index.ts'

setBackend(referenceBackend())

// Two samples of three steps.
const yTrue = tensor([
  [[1], [2], [3]],
  [[4], [5], [6]],
])
const yPred = tensor([
  [[1.5], [2], [1]],
  [[0], [5.5], [8]],
])
const sampleWeight = tensor([
  [1, 0.5, 2],
  [3, 1, 0.25],
])

describe('errors', () => {
  test.each<[unknown, new (...args: never[]) => Error, RegExp]>([
    [{ reductions: 'sum' }, ArgumentError, /unknown option "reductions"[\s\S]*did you mean reduction\?/],
    [{ reduction: 'average' }, ArgumentError, /unknown reduction[\s\S]*"sumOverBatchSize"/],
    [{ reduction: 'sum_over_batch_size' }, ArgumentError, /unknown reduction/],
    [{ dtype: 'int32' }, DTypeError, /not one of fractions/],
    [{ name: '' }, ArgumentError, /name is no text/],
    [null, ArgumentError, /options are not an object/],
  ])('of the options %j', (options, type, message) => {
    for (const Class of [
      losses.MeanSquaredError,
      losses.BinaryCrossentropy,
      losses.SparseCategoricalCrossentropy,
    ]) {
      const make = (): unknown => new Class(options as never)
      expect(make).toThrow(type)
      expect(make).toThrow(message)
    }
  })

  const loss = new losses.MeanAbsoluteError()
  test.each<[string, unknown, unknown, unknown, new (...args: never[]) => Error, RegExp]>([
    ['no targets', undefined, yPred, {}, ArgumentError, /yTrue is not a tensor/],
    ['arrays', yTrue, [[1]], {}, ArgumentError, /yPred is not a tensor[\s\S]*tensor\(yPred\)/],
    ['other shapes', ones([2, 2]), ones([2, 3]), {}, ShapeError, /different shapes/],
    ['shapes that would broadcast', ones([2, 1]), ones([2, 3]), {}, ShapeError, /different shapes/],
    ['scalars', tensor(1), tensor(1), {}, ShapeError, /no axis/],
    [
      'weights of another batch',
      yTrue,
      yPred,
      { sampleWeight: ones([3]) },
      ShapeError,
      /sampleWeight does not fit/,
    ],
    [
      'weights with too many axes',
      ones([2, 2]),
      ones([2, 2]),
      { sampleWeight: ones([2, 2, 2]) },
      ShapeError,
      /fit/,
    ],
    [
      'weights of an array',
      yTrue,
      yPred,
      { sampleWeight: [1, 1] },
      ArgumentError,
      /sampleWeight is not a tensor/,
    ],
    [
      'a misspelt weight',
      yTrue,
      yPred,
      { sampleWeights: sampleWeight },
      ArgumentError,
      /mean sampleWeight\?/,
    ],
    ['weights in place of options', yTrue, yPred, [1, 2], ArgumentError, /options are not an object/],
    ['null in place of options', yTrue, yPred, null, ArgumentError, /options are not an object/],
    ['a mask of other steps', yTrue, yPred, { mask: ones([2, 4]) }, ShapeError, /mask does not fit/],
  ])('of %s', (_, targets, predictions, weighting, type, message) => {
    const run = (): unknown =>
      loss.apply(targets as Tensor, predictions as Tensor, weighting as losses.Weighting)
    expect(run).toThrow(type)
    expect(run).toThrow(message)
  })

  test('of no function', () => {
    expect(() => new losses.LossFunctionWrapper({ fn: 'mse' as never })).toThrow(/fn is not a function/)
    expect(() => new losses.LossFunctionWrapper({} as never)).toThrow(ArgumentError)
  })
})
