import {
  ArgumentError,
  checkGradients,
  grad,
  memory,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import { CTC, ctc } from './index.ts'

setBackend(referenceBackend())

const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())

/** The sum of the probabilities of every sequence of classes that spells the labels. */
function likelihood(labels: readonly number[], logits: readonly (readonly number[])[]): number {
  const shares = logits.map((row) => {
    const total = row.reduce((s, x) => s + Math.exp(x), 0)
    return row.map((x) => Math.exp(x) / total)
  })
  const wanted = labels.filter((label) => label !== 0).join()
  let found = 0
  const walk = (step: number, path: readonly number[], p: number): void => {
    if (step < shares.length) {
      shares[step]!.forEach((share, k) => walk(step + 1, [...path, k], p * share))
      return
    }
    const spelt = path.filter((k, i) => k !== path[i - 1]).filter((k) => k !== 0)
    if (spelt.join() === wanted) found += p
  }
  walk(0, [], 1)
  return found
}

const logits = [
  [
    [0.3, -0.2, 1.1],
    [0.5, 0.9, -0.7],
    [-0.4, 0.2, 0.6],
    [1.2, -0.3, 0.1],
  ],
  [
    [0.1, 0.4, -0.2],
    [0.8, -0.5, 0.3],
    [-0.9, 0.7, 0.2],
    [0.6, 0.5, -1.1],
  ],
]

test.each([
  [
    [
      [1, 2],
      [2, 1],
    ],
  ],
  [
    [
      [1, 1],
      [2, 0],
    ],
  ],
  [
    [
      [0, 0],
      [1, 2],
    ],
  ],
  [
    [
      [1, 2, 1],
      [2, 2, 0],
    ],
  ],
])('is −log of the sum over all spellings of %j', (labels) => {
  const expected = labels.map((row, i) => -Math.log(likelihood(row, logits[i]!)))
  const value = ctc(tensor(labels, { dtype: 'int32' }), tensor(logits, { dtype: 'float64' }))
  expect(numbers(value)).toEqual(expected.map((x) => expect.closeTo(x, 10)))
})

test('has gradients of both orders', async () => {
  const labels = tensor(
    [
      [1, 1],
      [2, 0],
    ],
    { dtype: 'int32' },
  )
  await checkGradients((x) => ctc(labels, x!), [tensor(logits, { dtype: 'float64' })], { order: 2 })
})

test('is infinite with too few steps, and its gradient 0', () => {
  const labels = tensor([[1, 1, 2]])
  const x = tensor([
    [
      [0, 1, 2],
      [1, 0, 0],
    ],
  ])
  expect(numbers(ctc(labels, x))).toEqual([Infinity])
  expect(numbers(grad((y: Tensor) => sum(ctc(labels, y)))(x))).toEqual(
    [0, 0, 0, 0, 0, 0].map((y) => expect.closeTo(y, 12)),
  )
})

test('of labels without entries is that of blanks only', () => {
  const none = tensor([], { shape: [1, 0], dtype: 'int32' })
  expect(
    numbers(
      ctc(
        none,
        tensor([
          [
            [0, 0],
            [0, 0],
          ],
        ]),
      ),
    )[0],
  ).toBeCloseTo(2 * Math.LN2, 6)
})

test('leaves its result and nothing else', () => {
  const [labels, x] = [tensor([[1, 2]]), tensor([logits[0]!])]
  const before = memory().tensors
  using value = new CTC({ reduction: 'sum' }).apply(labels, x)
  expect([value.rank, memory().tensors]).toEqual([0, before + 1])
})

test('reads nothing from the device', async () => {
  const backend = unreadableBackend()
  const labels = tensor([[1, 2]], { backend })
  const value = ctc(labels, tensor([logits[0]!], { backend }))
  expect((await value.data())[0]).toBeCloseTo(-Math.log(likelihood([1, 2], logits[0]!)), 5)
})

describe('refuses', () => {
  const labels = tensor([[1]])
  test.each<[string, unknown, unknown, new (...args: never[]) => Error, RegExp]>([
    ['logits without steps', labels, tensor([[1, 2]]), ShapeError, /no sequences/],
    ['labels of one axis', tensor([1]), tensor([[[1, 2]]]), ShapeError, /no sequences/],
    ['another batch', tensor([[1], [1]]), tensor([[[1, 2]]]), ShapeError, /no sequences/],
    ['no steps', labels, tensor([], { shape: [1, 0, 3] }), ShapeError, /no sequences/],
    ['arrays', [[1]], tensor([[[1, 2]]]), ArgumentError, /yTrue is not a tensor/],
  ])('%s', (_, yTrue, yPred, type, message) => {
    expect(() => ctc(yTrue as Tensor, yPred as Tensor)).toThrow(type)
    expect(() => ctc(yTrue as Tensor, yPred as Tensor)).toThrow(message)
  })
})
