import {
  ArgumentError,
  abs,
  checkGradients,
  memory,
  mul,
  ones,
  pow,
  ShapeError,
  setBackend,
  sub,
  type Tensor,
  tensor,
  tidy,
  withBackend,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import { setMask } from '../engine/masks.ts'
import type { Reduction } from './index.ts'
import * as losses from './index.ts'

setBackend(referenceBackend())

// Two samples of three steps; the numbers below are what Keras 3.16 gives for them.
const yTrue = tensor([
  [[1], [2], [3]],
  [[4], [5], [6]],
])
const yPred = tensor([
  [[1.5], [2], [1]],
  [[0], [5.5], [8]],
])
const mask = tensor([
  [true, true, false],
  [false, true, true],
])
const sampleWeight = tensor([
  [1, 0.5, 2],
  [3, 1, 0.25],
])

const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())
const mse = (reduction: Reduction): losses.Loss => new losses.MeanSquaredError({ reduction })

describe('a mask', () => {
  test.each<[Reduction, number]>([
    ['sumOverBatchSize', 1.125],
    ['mean', 1.125],
    ['sum', 4.5],
    ['meanWithSampleWeight', 1.125],
  ])('leaves masked steps out of %s', (reduction, expected) => {
    expect(numbers(mse(reduction).apply(yTrue, yPred, { mask }))).toEqual([expected])
  })

  test.each<[Reduction, number]>([
    ['sumOverBatchSize', 0.375],
    ['mean', 0.375],
    ['sum', 1.5],
    ['meanWithSampleWeight', 1.5 / 2.75],
  ])('and weights, with %s', (reduction, expected) => {
    const [value] = numbers(mse(reduction).apply(yTrue, yPred, { mask, sampleWeight }))
    expect(value).toBeCloseTo(expected, 6)
  })

  test('without a reduction makes masked values 0', () => {
    expect(numbers(mse(null).apply(yTrue, yPred, { mask }))).toEqual([0.25, 0, 0, 0, 0.25, 4])
    expect(numbers(mse(null).apply(yTrue, yPred, { mask, sampleWeight }))).toEqual([0.25, 0, 0, 0, 0.25, 1])
  })

  test('of false everywhere gives 0', () => {
    const none = zeros([2, 3], { dtype: 'bool' })
    for (const reduction of ['sumOverBatchSize', 'sum', 'meanWithSampleWeight'] as const) {
      expect(numbers(mse(reduction).apply(yTrue, yPred, { mask: none }))).toEqual([0])
    }
  })

  test('comes with the predictions, unless another or none is given', () => {
    const masked = mul(yPred, 1)
    setMask(masked, mask)
    const loss = mse('sum')
    expect(numbers(loss.apply(yTrue, masked))).toEqual([4.5])
    expect(numbers(loss.apply(yTrue, masked, { mask: null }))).toEqual([0.25 + 4 + 16 + 0.25 + 4])
    expect(numbers(loss.apply(yTrue, masked, { mask: tensor([[1, 0, 0]]) }))).toEqual([0.25 + 16])
  })

  test('hides what is not finite', () => {
    const broken = tensor([[[Number.NaN], [2], [1]]])
    const first = tensor([[false, true, true]])
    const targets = tensor([[[1], [2], [3]]])
    expect(numbers(mse('sumOverBatchSize').apply(targets, broken, { mask: first }))).toEqual([2])
    expect(
      numbers(mse('sum').apply(targets, broken, { mask: first, sampleWeight: tensor([[5, 1, 2]]) })),
    ).toEqual([8])
  })

  test('of whole samples goes with weights of whole samples', () => {
    const weighting = { mask: tensor([true, false]), sampleWeight: tensor([2, 1]) }
    expect(numbers(mse('sum').apply(yTrue, yPred, weighting))).toEqual([8.5])
    // Three of six values count.
    expect(numbers(mse('sumOverBatchSize').apply(yTrue, yPred, weighting))[0]).toBeCloseTo(8.5 / 3, 6)
  })

  test('has gradients with weights', async () => {
    const [t, p] = [
      tensor([[[1], [-2]]], { dtype: 'float64' }),
      tensor([[[0.3], [0.7]]], { dtype: 'float64' }),
    ]
    const weighting = { mask: tensor([[true, false]]), sampleWeight: tensor([[0.5, 3]]) }
    for (const reduction of ['sumOverBatchSize', 'sum', 'meanWithSampleWeight', null] as const) {
      await checkGradients((y) => mse(reduction).apply(t, y!, weighting), [p], { order: 2 })
    }
  })
})

describe('sample weights', () => {
  const values = [0.25 + 0 + 4, 16 + 0.25 + 4]
  test.each<[string, Tensor, number]>([
    ['a sample each', tensor([1, 3]), values[0]! + 3 * values[1]!],
    ['a sample each, in a column', tensor([[1], [3]]), values[0]! + 3 * values[1]!],
    ['a step each', sampleWeight, 0.25 + 8 + 48 + 0.25 + 1],
    [
      'a step each, with an axis of size 1',
      tensor([
        [[1], [0], [0]],
        [[0], [0], [2]],
      ]),
      0.25 + 8,
    ],
    ['the batch', tensor(2), 2 * (values[0]! + values[1]!)],
    ['whole numbers', tensor([1, 3], { dtype: 'int32' }), values[0]! + 3 * values[1]!],
    ['yes or no', tensor([false, true]), values[1]!],
  ])('weigh %s', (_, weights, sum) => {
    expect(numbers(mse('sum').apply(yTrue, yPred, { sampleWeight: weights }))[0]).toBeCloseTo(sum, 4)
    expect(numbers(mse('sumOverBatchSize').apply(yTrue, yPred, { sampleWeight: weights }))[0]).toBeCloseTo(
      sum / 6,
      5,
    )
  })

  test('of zeros give 0, not NaN', () => {
    expect(numbers(mse('meanWithSampleWeight').apply(yTrue, yPred, { sampleWeight: zeros([2]) }))).toEqual([
      0,
    ])
  })
})

describe('a loss of the whole batch', () => {
  const [t, p] = [tensor([[1, 1, 0]]), tensor([[1, 0, 0]])]
  const dice = (reduction: Reduction): losses.Loss => new losses.Dice({ reduction })

  test('is weighed by each weight', () => {
    const weights = tensor([[1], [3]])
    expect(numbers(dice('sum').apply(t, p, { sampleWeight: weights }))[0]).toBeCloseTo(4 / 3, 6)
    expect(numbers(dice('sumOverBatchSize').apply(t, p, { sampleWeight: weights }))[0]).toBeCloseTo(2 / 3, 6)
    expect(numbers(dice(null).apply(t, p, { sampleWeight: tensor(3) }))[0]).toBeCloseTo(1, 6)
  })

  test('stays what it is under a mask', () => {
    const mask = tensor([[true, false, true]])
    expect(numbers(dice('sumOverBatchSize').apply(t, p, { mask }))[0]).toBeCloseTo(1 / 3, 6)
    const weighting = { mask, sampleWeight: tensor([3]) }
    expect(numbers(dice('sumOverBatchSize').apply(t, p, weighting))[0]).toBeCloseTo(1, 6)
  })
})

test('an empty batch has the loss 0', () => {
  const empty = zeros([0, 3])
  for (const reduction of ['sumOverBatchSize', 'sum', 'meanWithSampleWeight'] as const) {
    expect(numbers(mse(reduction).apply(empty, empty))).toEqual([0])
  }
  expect(mse(null).apply(empty, empty).shape).toEqual([0])
})

test('predictions and targets may differ by a last axis of size 1', () => {
  const [flat, column] = [tensor([1, 2]), tensor([[2], [4]])]
  expect(numbers(mse(null).apply(flat, column))).toEqual([1, 4])
  expect(numbers(mse(null).apply(column, flat))).toEqual([1, 4])
  const [a, b] = [ones([2, 3]), zeros([2, 3, 1])]
  expect(mse(null).apply(a, b).shape).toEqual([2])
})

test('the dtype is the predictions’ or the given one', () => {
  const [t, p] = [tensor([[1]], { dtype: 'int32' }), tensor([[0.5]], { dtype: 'float64' })]
  expect(mse('sum').apply(t, p).dtype).toBe('float64')
  expect(mse('sum').apply(t, t).dtype).toBe('float32')
  expect(new losses.MeanSquaredError({ dtype: 'float32' }).apply(t, p).dtype).toBe('float32')
})

describe('losses of one’s own', () => {
  class CubicError extends losses.Loss {
    static override readonly className: string = 'CubicError'
    override call(t: Tensor, p: Tensor): Tensor {
      return pow(abs(sub(t, p)), 3)
    }
  }
  const cubic = (t: Tensor, p: Tensor): Tensor => pow(abs(sub(t, p)), 3)

  test('as a class', () => {
    const loss = new CubicError({ reduction: 'sum' })
    expect(loss.name).toBe('cubic_error')
    expect(numbers(loss.apply(tensor([1, 2]), tensor([3, 3]), { sampleWeight: tensor([1, 2]) }))).toEqual([
      10,
    ])
  })

  test('as a function', () => {
    const loss = losses.get(cubic)
    expect(loss).toBeInstanceOf(losses.LossFunctionWrapper)
    expect(loss.name).toBe('cubic')
    expect(numbers(loss.apply(tensor([1, 2]), tensor([3, 3])))).toEqual([4.5])
    const named = new losses.LossFunctionWrapper({ fn: cubic, name: 'mine', reduction: null })
    expect([named.name, named.reduction]).toEqual(['mine', null])
    // A function written in place has no name.
    expect(losses.get(((f: typeof cubic) => f)((t, p) => sub(t, p))).name).toBe('loss_function_wrapper')
  })
})

test.each([
  ['meanSquaredError', 0.0625],
  ['meanAbsoluteError', 0.25],
  ['binaryCrossentropy', Math.log(1 / 0.75)],
  ['categoricalCrossentropy', Math.log(1 / 0.75)],
  ['sparseCategoricalCrossentropy', Math.log(1 / 0.75)],
] as const)('%s reads nothing from the device', async (name, expected) => {
  const value = withBackend(unreadableBackend(), () =>
    tidy(() => {
      const yTrue = name.startsWith('sparse') ? tensor([1]) : tensor([[0, 1]])
      const weighting = { sampleWeight: ones([1]), mask: ones([1]) }
      return losses.get(name).apply(yTrue, tensor([[0.25, 0.75]]), weighting)
    }),
  )
  expect((await value.data())[0]).toBeCloseTo(expected, 6)
  value.dispose()
})

test('a function that gives no tensor is refused', () => {
  const cases = [
    [(): unknown => 3, '3'],
    [async () => yPred, 'a Promise'],
    [() => undefined, 'undefined'],
  ] as const
  for (const [fn, received] of cases) {
    const loss = new losses.LossFunctionWrapper({ fn: fn as never })
    expect(() => loss.apply(yTrue, yPred)).toThrow(ArgumentError)
    expect(() => loss.apply(yTrue, yPred)).toThrow(`the function gave no tensor.\n  values: ${received}`)
  }
})

test('a function that gives its input does not give it away', () => {
  const before = memory().tensors
  const loss = new losses.LossFunctionWrapper({ fn: (_, p) => p, reduction: null })
  const value = loss.apply(yTrue, yPred)
  expect(numbers(value)).toEqual(numbers(yPred))
  value.dispose()
  expect([yPred.disposed, memory().tensors]).toEqual([false, before])
})

describe('memory', () => {
  test('a loss leaves itself and nothing else, weighted and masked or not', () => {
    const loss = new losses.MeanSquaredError()
    for (const weighting of [{}, { mask }, { sampleWeight }, { mask, sampleWeight }]) {
      const before = memory().tensors
      using value = loss.apply(yTrue, yPred, weighting)
      expect(value.disposed).toBe(false)
      expect(memory().tensors).toBe(before + 1)
    }
  })

  test('an error leaves nothing', () => {
    const loss = new losses.MeanSquaredError()
    const [five, three] = [ones([5]), ones([3])]
    const before = memory().tensors
    expect(() => loss.apply(yTrue, five)).toThrow(ShapeError)
    expect(() => loss.apply(yTrue, yPred, { mask, sampleWeight: three })).toThrow(ShapeError)
    expect(() => loss.apply(yTrue, yPred, { sampleWeight, mask: three })).toThrow(ShapeError)
    expect(memory().tensors).toBe(before)
  })
})
