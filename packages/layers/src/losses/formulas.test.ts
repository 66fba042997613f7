import { checkGradients, memory, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import * as losses from './index.ts'

setBackend(referenceBackend())

type Rows = readonly (readonly number[])[]
type RowLoss = (t: readonly number[], p: readonly number[]) => number

const yTrue: Rows = [
  [0, 1, 0],
  [0.2, 0.3, 0.5],
]
const yPred: Rows = [
  [0.2, 0.7, 0.35],
  [0.3, 0.4, 0.2],
]
const double = (values: Rows): Tensor => tensor(values, { dtype: 'float64' })
const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())

/** The mean of a function of each pair. */
const meanOf =
  (f: (t: number, p: number) => number): RowLoss =>
  (t, p) => {
    let total = 0
    for (let i = 0; i < t.length; i++) total += f(t[i]!, p[i]!)
    return total / t.length
  }
const cap = (x: number): number => Math.min(1 - 1e-7, Math.max(1e-7, x))
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, x, i) => s + x * b[i]!, 0)
const focal = (t: number, p: number, gamma: number): number => {
  const own = t * p + (1 - t) * (1 - p)
  return (1 - own) ** gamma * -(t * Math.log(p) + (1 - t) * Math.log(1 - p))
}
const classFocal =
  (alpha: (i: number) => number, gamma: number): RowLoss =>
  (t, p) => {
    const total = p.reduce((a, b) => a + b)
    let loss = 0
    for (let i = 0; i < t.length; i++) {
      const share = cap(p[i]! / total)
      loss -= alpha(i) * (1 - share) ** gamma * t[i]! * Math.log(share)
    }
    return loss
  }
const softmax = (x: readonly number[]): readonly number[] => {
  const parts = x.map(Math.exp)
  const total = parts.reduce((a, b) => a + b)
  return parts.map((part) => part / total)
}

const cases: readonly (readonly [string, (t: Tensor, p: Tensor) => Tensor, RowLoss])[] = [
  [
    'meanAbsolutePercentageError',
    losses.meanAbsolutePercentageError,
    meanOf((t, p) => (100 * Math.abs(t - p)) / Math.max(1e-7, Math.abs(t))),
  ],
  [
    'meanSquaredLogarithmicError',
    losses.meanSquaredLogarithmicError,
    meanOf((t, p) => (Math.log(Math.max(t, 1e-7) + 1) - Math.log(Math.max(p, 1e-7) + 1)) ** 2),
  ],
  ['logCosh', losses.logCosh, meanOf((t, p) => Math.log(Math.cosh(p - t)))],
  ['huber', (t, p) => losses.huber(t, p, { delta: 0.25 }), meanOf((t, p) => huberOf(p - t, 0.25))],
  [
    'klDivergence',
    losses.klDivergence,
    (t, p) => t.reduce((s, x, i) => s + Math.max(x, 1e-7) * Math.log(Math.max(x, 1e-7) / p[i]!), 0),
  ],
  ['poisson', losses.poisson, meanOf((t, p) => p - t * Math.log(p + 1e-7))],
  ['hinge', losses.hinge, meanOf((t, p) => Math.max(0, 1 - t * p))],
  ['squaredHinge', losses.squaredHinge, meanOf((t, p) => Math.max(0, 1 - t * p) ** 2)],
  [
    'categoricalHinge',
    losses.categoricalHinge,
    (t, p) => Math.max(0, 1 + Math.max(...t.map((x, i) => (1 - x) * p[i]!)) - dot(t, p)),
  ],
  ['cosineSimilarity', losses.cosineSimilarity, (t, p) => -dot(t, p) / Math.sqrt(dot(t, t) * dot(p, p))],
  ['binaryFocalCrossentropy', losses.binaryFocalCrossentropy, meanOf((t, p) => focal(t, p, 2))],
  [
    'binaryFocalCrossentropy, balanced and smoothed',
    (t, p) =>
      losses.binaryFocalCrossentropy(t, p, {
        applyClassBalancing: true,
        alpha: 0.3,
        gamma: 1.5,
        labelSmoothing: 0.2,
      }),
    meanOf((given, p) => {
      const t = given * 0.8 + 0.1
      return (t * 0.3 + (1 - t) * 0.7) * focal(t, p, 1.5)
    }),
  ],
  [
    'binaryFocalCrossentropy of logits',
    (t, p) => losses.binaryFocalCrossentropy(t, p, { fromLogits: true, gamma: 0 }),
    meanOf((t, x) => focal(t, 1 / (1 + Math.exp(-x)), 0)),
  ],
  ['categoricalFocalCrossentropy', losses.categoricalFocalCrossentropy, classFocal(() => 0.25, 2)],
  [
    'categoricalFocalCrossentropy with a weight a class',
    (t, p) => losses.categoricalFocalCrossentropy(t, p, { alpha: [0.1, 0.5, 2], gamma: 1 }),
    classFocal((i) => [0.1, 0.5, 2][i]!, 1),
  ],
  [
    'categoricalFocalCrossentropy of logits, smoothed',
    (t, p) => losses.categoricalFocalCrossentropy(t, p, { fromLogits: true, labelSmoothing: 0.3 }),
    (t, p) =>
      classFocal(() => 0.25, 2)(
        t.map((x) => x * 0.7 + 0.1),
        softmax(p),
      ),
  ],
  [
    'dice of each row',
    (t, p) => losses.dice(t, p, { axis: [1] }),
    (t, p) => 1 - (2 * dot(t, p)) / (sumOf(t) + sumOf(p) + 1e-7),
  ],
  [
    'tversky of each row',
    (t, p) => losses.tversky(t, p, { alpha: 0.3, beta: 0.9, axis: -1 }),
    (t, p) => {
      const both = dot(t, p)
      return 1 - both / (both + 0.3 * (sumOf(p) - both) + 0.9 * (sumOf(t) - both) + 1e-7)
    },
  ],
]

function huberOf(error: number, delta: number): number {
  const size = Math.abs(error)
  return size <= delta ? error ** 2 / 2 : delta * size - delta ** 2 / 2
}

function sumOf(x: readonly number[]): number {
  return x.reduce((a, b) => a + b, 0)
}

describe.each(cases)('%s', (_, loss, formula) => {
  test('is the formula', () => {
    const expected = yTrue.map((t, i) => formula(t, yPred[i]!))
    const scale = Math.max(1, ...expected)
    const shares = (values: readonly number[]): readonly number[] => values.map((x) => x / scale)
    expect(shares(numbers(loss(double(yTrue), double(yPred))))).toEqual(
      shares(expected).map((x) => expect.closeTo(x, 10)),
    )
  })

  test('has gradients of both orders, in predictions and targets', async () => {
    await checkGradients((p) => loss(double(yTrue), p!), [double(yPred)], { order: 2 })
    const [t, p] = [double(yTrue.slice(1)), double(yPred.slice(1))]
    await checkGradients((x) => loss(x!, p), [t])
  })

  test('leaves its result and nothing else', () => {
    const [t, p] = [double(yTrue), double(yPred)]
    const before = memory().tensors
    using value = loss(t, p)
    expect([value.dtype, memory().tensors]).toEqual(['float64', before + 1])
  })
})

describe('special values', () => {
  test('targets of 0 and 1 count as −1 and 1 in hinges, but only where there are no others', () => {
    const p = tensor([[0.5, -2]])
    expect(numbers(losses.hinge(tensor([[0, 1]]), p))).toEqual([(1.5 + 3) / 2])
    expect(numbers(losses.hinge(tensor([[0, -1]]), p))).toEqual([(1 + 0) / 2])
    expect(numbers(losses.squaredHinge(tensor([[0, 1]], { dtype: 'int32' }), p))).toEqual([(2.25 + 9) / 2])
  })

  test('large errors stay finite', () => {
    const [t, p] = [tensor([[0, 0]]), tensor([[1e30, -1e30]])]
    expect(numbers(losses.logCosh(t, p))).toEqual([Math.fround(1e30)])
    expect(numbers(losses.huber(t, p))).toEqual([Math.fround(1e30)])
  })

  test('vectors of zeros have the cosine 0, and a gradient', async () => {
    const [t, p] = [tensor([[3, 4]]), tensor([[0, 0]])]
    expect(numbers(losses.cosineSimilarity(t, p))[0]).toBeCloseTo(0, 12)
    await checkGradients(
      (x) => losses.cosineSimilarity(x!, tensor([[0, 0]], { dtype: 'float64' })),
      [tensor([[3, 4]], { dtype: 'float64' })],
    )
  })

  test('NaN spreads', () => {
    for (const [, loss] of cases) {
      const broken = tensor([[Number.NaN, 0.5, 0.5]])
      expect(numbers(loss(tensor([[0, 1, 0]]), broken))[0]).toBeNaN()
    }
  })

  test('sure and wrong predictions have finite focal losses', () => {
    const [t, p] = [tensor([[0, 1]]), tensor([[1, 0]])]
    for (const loss of [losses.binaryFocalCrossentropy, losses.categoricalFocalCrossentropy]) {
      const [value] = numbers(loss(t, p))
      expect(value).toBeGreaterThan(1)
      expect(value).toBeLessThan(20)
    }
  })

  test('regions that are empty overlap as much as Keras says', () => {
    const none = tensor([[0, 0]])
    expect(numbers(losses.dice(none, none))).toEqual([1])
    expect(numbers(losses.tversky(none, none))).toEqual([1])
  })

  test('an empty batch gives an empty result', () => {
    const none = tensor([], { shape: [0, 3] })
    for (const loss of [losses.huber, losses.klDivergence, losses.hinge, losses.cosineSimilarity]) {
      expect(loss(none, none).shape).toEqual([0])
    }
  })
})

test('the axis of a cosine may be another', () => {
  const [t, p] = [tensor([[3], [4]]), tensor([[4], [3]])]
  expect(numbers(losses.cosineSimilarity(t, p, { axis: 0 }))[0]).toBeCloseTo(-0.96, 6)
  expect(numbers(new losses.CosineSimilarity({ axis: 0 }).apply(t, p))[0]).toBeCloseTo(-0.96, 6)
})
