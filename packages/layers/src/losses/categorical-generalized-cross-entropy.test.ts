import {
  ArgumentError,
  checkGradients,
  grad,
  IndexError,
  memory,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import {
  CategoricalGeneralizedCrossEntropy,
  categoricalGeneralizedCrossEntropy,
  deserialize,
  serialize,
} from './index.ts'

setBackend(referenceBackend())

const rows = [
  [0.2, 0.7, 0.1],
  [0.3, 0.4, 0.3],
]
const labels = [1, 2]
const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())

test.each([0.1, 0.5, 0.9])('is the formula with q = %d', (q) => {
  const expected = labels.map((label, i) => (1 - rows[i]![label]! ** q) / q)
  const p = tensor(rows, { dtype: 'float64' })
  for (const t of [tensor(labels, { dtype: 'int32' }), tensor([[1], [2]])]) {
    const value = categoricalGeneralizedCrossEntropy(t, p, { q })
    expect(numbers(value)).toEqual(expected.map((x) => expect.closeTo(x, 10)))
  }
  const mean = numbers(new CategoricalGeneralizedCrossEntropy({ q }).apply(tensor(labels), p))
  expect(mean[0]).toBeCloseTo((expected[0]! + expected[1]!) / 2, 10)
})

test('has gradients of both orders, also where nothing is likely', async () => {
  const p = tensor(rows, { dtype: 'float64' })
  await checkGradients((x) => categoricalGeneralizedCrossEntropy(tensor(labels), x!), [p], { order: 2 })
  const none = tensor([[1, 0]])
  const loss = (x: Tensor): Tensor => sum(categoricalGeneralizedCrossEntropy(tensor([1]), x))
  expect([numbers(loss(none)), numbers(grad(loss)(none))]).toEqual([[2], [0, 0]])
})

test('is kept in files, and leaves nothing behind', () => {
  const before = memory().tensors
  const loss = new CategoricalGeneralizedCrossEntropy({ q: 0.3 })
  const copy = deserialize(JSON.parse(JSON.stringify(serialize(loss))))!
  expect(copy.getConfig()).toEqual({
    name: 'categorical_generalized_cross_entropy',
    reduction: 'sum_over_batch_size',
    q: 0.3,
  })
  using value = copy.apply(tensor([0]), tensor([[1, 0]]))
  expect([numbers(value), memory().tensors]).toEqual([[0], before + 3])
})

test.each<[string, () => unknown, new (...args: never[]) => Error, RegExp]>([
  ['a q of 1', () => new CategoricalGeneralizedCrossEntropy({ q: 1 }), ArgumentError, /q is not/],
  [
    'a q of 0',
    () => categoricalGeneralizedCrossEntropy(tensor([0]), tensor([[1, 0]]), { q: 0 }),
    ArgumentError,
    /q is not/,
  ],
  [
    'one-hot labels',
    () => categoricalGeneralizedCrossEntropy(tensor([[1, 0]]), tensor([[1, 0]])),
    ShapeError,
    /labels of shape/,
  ],
  [
    'a label out of range',
    () => categoricalGeneralizedCrossEntropy(tensor([2]), tensor([[1, 0]])),
    IndexError,
    /2/,
  ],
])('refuses %s', (_, run, type, message) => {
  expect(run).toThrow(type)
  expect(run).toThrow(message)
})
