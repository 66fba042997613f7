import {
  ArgumentError,
  checkGradients,
  grad,
  memory,
  mul,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import { Circle, circle } from './index.ts'

setBackend(referenceBackend())

const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())
const labels = [0, 1, 0, 2, 1]
const embeddings = [0.2, 1.1, 0.5, 2.9, 1.7].map((angle) => [Math.cos(angle), Math.sin(angle)] as const)

interface Setting {
  readonly gamma: number
  readonly margin: number
  readonly removeDiagonal: boolean
}

/** The formula, pair by pair. */
function lossOf(i: number, { gamma, margin, removeDiagonal }: Setting): number {
  let [positive, negative] = [0, 0]
  for (let j = 0; j < labels.length; j++) {
    const similarity = embeddings[i]![0] * embeddings[j]![0] + embeddings[i]![1] * embeddings[j]![1]
    const d = Math.max(0, 1 - similarity)
    if (labels[i] !== labels[j]) {
      negative += Math.exp(gamma * Math.max(0, 1 + margin - d) * (1 - margin - d))
    } else if (i !== j || !removeDiagonal) {
      positive += Math.exp(-gamma * Math.max(0, margin + d) * (margin - d))
    }
  }
  return Math.log(1 + positive * negative)
}

const settings: readonly Setting[] = [
  { gamma: 2, margin: 0.4, removeDiagonal: true },
  { gamma: 5, margin: 0.25, removeDiagonal: false },
]

describe.each(settings)('with %j', (setting) => {
  const [t, p] = [tensor(labels), tensor(embeddings, { dtype: 'float64' })]

  test('is the formula', () => {
    const value = tidy(() => circle(t, p, setting))
    expect(numbers(value)).toEqual(labels.map((_, i) => expect.closeTo(lossOf(i, setting), 9)))
  })

  test('is the mean over samples that have pairs of both kinds', () => {
    const all = labels.map((_, i) => lossOf(i, setting)).filter((loss) => loss > 0)
    const value = new Circle(setting).apply(t, p)
    expect(numbers(value)[0]).toBeCloseTo(all.reduce((a, b) => a + b) / all.length, 9)
  })

  test('has gradients', async () => {
    // Shorter ones stay off the kink at the distance 0 of a sample from itself.
    const shorter = mul(p, 0.9)
    await checkGradients((x) => tidy(() => circle(t, x!, setting)), [shorter], { order: 2 })
  })
})

test('compares with references', () => {
  const refs = {
    refLabels: tensor([0, 1]),
    refEmbeddings: tensor([
      [1, 0],
      [0, 1],
    ]),
  }
  const value = tidy(() =>
    circle(tensor([[1]]), tensor([[1, 0]]), { ...refs, gamma: 1, removeDiagonal: false }),
  )
  // The distance to the own class is 1, to the other one 0.
  const expected = Math.log(1 + Math.exp(-1.4 * (0.4 - 1)) * Math.exp(1.4 * 0.6))
  expect(numbers(value)[0]).toBeCloseTo(expected, 5)
})

test('of a sample without pairs is 0, and so is its gradient', () => {
  const p = tensor([
    [1, 0],
    [0, 1],
  ])
  expect(numbers(tidy(() => circle(tensor([0, 1]), p)))).toEqual([0, 0])
  const slope = grad((x: Tensor) => sum(tidy(() => circle(tensor([0, 1]), x))))(p)
  expect(numbers(slope)).toEqual([0, 0, 0, 0].map((x) => expect.closeTo(x, 12)))
})

test('leaves its result and nothing else', () => {
  const [t, p] = [tensor(labels), tensor(embeddings)]
  const before = memory().tensors
  using value = new Circle().apply(t, p)
  expect([value.rank, memory().tensors]).toEqual([0, before + 1])
})

test('reads nothing from the device', async () => {
  const backend = unreadableBackend()
  const [t, p] = [tensor(labels, { backend }), tensor(embeddings, { backend })]
  const value = new Circle({ gamma: 2, reduction: 'sum' }).apply(t, p)
  const expected = labels.reduce((total, _, i) => total + lossOf(i, settings[0]!), 0)
  expect((await value.data())[0]).toBeCloseTo(expected, 4)
})

describe('refuses', () => {
  const p = tensor([[1, 0]])
  test.each<[string, () => unknown, new (...args: never[]) => Error, RegExp]>([
    ['one-hot labels', () => circle(tensor([[0, 1]]), p), ShapeError, /no classes of embeddings/],
    ['another batch', () => circle(tensor([0, 1]), p), ShapeError, /no classes of embeddings/],
    ['embeddings of one axis', () => circle(tensor([0]), tensor([1])), ShapeError, /no classes of embed/],
    [
      'references of another size',
      () => circle(tensor([0]), p, { refEmbeddings: tensor([[1, 0, 0]]) }),
      ShapeError,
      /different sizes/,
    ],
    ['an unknown option', () => circle(tensor([0]), p, { gama: 1 } as never), ArgumentError, /mean gamma/],
    ['arrays', () => circle([0] as never, p), ArgumentError, /not a tensor/],
  ])('%s', (_, run, type, message) => {
    expect(run).toThrow(type)
    expect(run).toThrow(message)
  })
})
