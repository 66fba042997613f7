import { ArgumentError, memory, ShapeError, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import * as losses from './index.ts'

setBackend(referenceBackend())

const t = tensor([[0, 1]])
const wide = tensor([[0, 1, 2]])

const functions: readonly (readonly [string, (t: Tensor, p: Tensor, options?: never) => Tensor])[] = [
  ['meanAbsolutePercentageError', losses.meanAbsolutePercentageError],
  ['meanSquaredLogarithmicError', losses.meanSquaredLogarithmicError],
  ['logCosh', losses.logCosh],
  ['huber', losses.huber],
  ['klDivergence', losses.klDivergence],
  ['poisson', losses.poisson],
  ['hinge', losses.hinge],
  ['squaredHinge', losses.squaredHinge],
  ['categoricalHinge', losses.categoricalHinge],
  ['cosineSimilarity', losses.cosineSimilarity],
  ['binaryFocalCrossentropy', losses.binaryFocalCrossentropy],
  ['categoricalFocalCrossentropy', losses.categoricalFocalCrossentropy],
  ['dice', losses.dice],
  ['tversky', losses.tversky],
]

describe.each(functions)('%s refuses', (name, loss) => {
  test.each<[string, unknown, unknown, new (...args: never[]) => Error, RegExp]>([
    ['other shapes', t, wide, ShapeError, /different shapes/],
    ['arrays', [[0, 1]], t, ArgumentError, /yTrue is not a tensor/],
    ['scalars', tensor(1), tensor(1), ShapeError, /no axis/],
  ])('%s', (_, targets, predictions, type, message) => {
    const before = memory().tensors
    const run = (): unknown => loss(targets as Tensor, predictions as Tensor)
    expect(run).toThrow(type)
    expect(run).toThrow(message)
    expect(run).toThrow(name)
    expect(memory().tensors).toBeLessThanOrEqual(before)
  })
})

describe('options', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a delta of 0', () => losses.huber(t, t, { delta: 0 }), /delta is not/],
    ['a delta of NaN', () => new losses.Huber({ delta: Number.NaN }), /delta is not/],
    ['a misspelt delta', () => losses.huber(t, t, { detla: 1 } as never), /did you mean delta\?/],
    ['an axis of text', () => losses.cosineSimilarity(t, t, { axis: '1' as never }), /axis is not a whole/],
    ['a fraction as axis', () => new losses.CosineSimilarity({ axis: 0.5 }), /axis is not a whole/],
    ['a gamma below 0', () => losses.binaryFocalCrossentropy(t, t, { gamma: -1 }), /gamma is not/],
    ['an alpha above 1', () => new losses.BinaryFocalCrossentropy({ alpha: 2 }), /alpha is not/],
    [
      'balancing as text',
      () => losses.binaryFocalCrossentropy(t, t, { applyClassBalancing: 'yes' as never }),
      /applyClassBalancing/,
    ],
    ['an alpha of nothing', () => losses.categoricalFocalCrossentropy(t, t, { alpha: [] }), /no weights/],
    ['an alpha below 0', () => new losses.CategoricalFocalCrossentropy({ alpha: [1, -1] }), /alpha is not/],
    ['axes of text', () => losses.dice(t, t, { axis: ['1'] as never }), /axis is not a list/],
    ['axes that are no list', () => new losses.Dice({ axis: {} as never }), /axis is not a whole/],
    ['weights below 0', () => losses.tversky(t, t, { alpha: -1 }), /alpha is not/],
    ['weights of NaN', () => new losses.Tversky({ beta: Number.NaN }), /beta is not/],
    ['a misspelt option', () => new losses.Poisson({ reductions: 'sum' } as never), /did you mean reduction/],
    ['a margin above 1', () => new losses.Circle({ margin: 2 }), /margin is not/],
    ['a gamma of 0', () => new losses.Circle({ gamma: 0 }), /gamma is not/],
  ])('refuse %s', (_, run, message) => {
    expect(run).toThrow(ArgumentError)
    expect(run).toThrow(message)
  })

  test.each<[string, () => unknown, RegExp]>([
    [
      'weights of other classes',
      () => losses.categoricalFocalCrossentropy(t, t, { alpha: [1] }),
      /2 weights/,
    ],
    ['no such axis', () => losses.categoricalFocalCrossentropy(t, t, { axis: 5 }), /axis/],
    ['no such axis of vectors', () => losses.cosineSimilarity(t, t, { axis: 2 }), /axis/],
    ['no such axis of regions', () => losses.dice(t, t, { axis: [2] }), /axis/],
  ])('must fit the shapes: %s', (_, run, message) => {
    expect(run).toThrow(ShapeError)
    expect(run).toThrow(message)
  })
})

test.each([
  [{ class_name: 'Dice', config: { axis: [1, 2] } }, [1, 2]],
  [{ class_name: 'Dice', config: { axis: 1 } }, 1],
  [{ class_name: 'Tversky', config: {} }, null],
])('axes of a file %j', (json, axis) => {
  const loss = losses.deserialize(json)!
  expect(loss.getConfig()['axis']).toEqual(axis)
  expect(losses.deserialize(losses.serialize(loss))!.getConfig()).toEqual(loss.getConfig())
})

test('weights of classes are kept in files', () => {
  const loss = new losses.CategoricalFocalCrossentropy({ alpha: [0.1, 0.9] })
  const copy = losses.deserialize(JSON.parse(JSON.stringify(losses.serialize(loss))))!
  expect(copy.getConfig()).toEqual(loss.getConfig())
  expect(copy.getConfig()['alpha']).toEqual([0.1, 0.9])
})
