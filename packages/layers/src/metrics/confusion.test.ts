import { memory, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import { setMask } from '../engine/masks.ts'
import * as metrics from './index.ts'

setBackend(referenceBackend())

const yTrue = [
  [0, 1, 1],
  [1, 0, 0],
  [1, 1, 0],
  [0, 0, 1],
]
const yPred = [
  [0.2, 0.6, 0.35],
  [0.9, 0.45, 0.1],
  [0.3, 0.8, 0.55],
  [0.7, 0.05, 0.65],
]
const weights = [1, 0.5, 2, 3]
const mask = [true, true, false, true]

interface Counts {
  readonly tp: number
  readonly fp: number
  readonly tn: number
  readonly fn: number
}

type Counting = (i: number, j: number) => number

const all: Counting = () => 1

/** The outcomes above a threshold, one after another. */
function countAll(
  threshold: number,
  weightOf: Counting = all,
  isAbove = (p: number): boolean => p > threshold,
): Counts {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 }
  yTrue.forEach((row, i) => {
    row.forEach((t, j) => {
      const outcome = isAbove(yPred[i]![j]!) ? (t ? 'tp' : 'fp') : t ? 'fn' : 'tn'
      counts[outcome] += weightOf(i, j)
    })
  })
  return counts
}

const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())
const close = (values: readonly number[]): readonly unknown[] => values.map((x) => expect.closeTo(x, 5))
const share = (a: number, b: number): number => (a + b === 0 ? 0 : a / (a + b))

/** A metric's result after one batch. */
function resultOf(metric: metrics.Metric, weighting: metrics.Weighting = {}): readonly number[] {
  metric.updateState(tensor(yTrue), tensor(yPred), weighting)
  const values = numbers(metric.result())
  metric.dispose()
  return values
}

const weighting = { sampleWeight: tensor(weights), mask: tensor(mask) }
const weighed: Counting = (i) => (mask[i] ? weights[i]! : 0)
const thresholds = [0.3, 0.5, 0.7]

describe.each([
  ['TruePositives', metrics.TruePositives, 'tp'],
  ['FalsePositives', metrics.FalsePositives, 'fp'],
  ['TrueNegatives', metrics.TrueNegatives, 'tn'],
  ['FalseNegatives', metrics.FalseNegatives, 'fn'],
] as const)('%s', (_, Class, key) => {
  test('counts', () => {
    expect(resultOf(new Class())).toEqual([countAll(0.5)[key]])
    expect(resultOf(new Class({ thresholds: 0.3 }))).toEqual([countAll(0.3)[key]])
    expect(resultOf(new Class({ thresholds }))).toEqual(thresholds.map((t) => countAll(t)[key]))
  })

  test('counts weights, without what is masked', () => {
    expect(resultOf(new Class({ thresholds }), weighting)).toEqual(
      close(thresholds.map((t) => countAll(t, weighed)[key])),
    )
  })
})

describe.each([
  ['Precision', metrics.Precision, (n: Counts) => share(n.tp, n.fp)],
  ['Recall', metrics.Recall, (n: Counts) => share(n.tp, n.fn)],
] as const)('%s', (_, Class, formula) => {
  test('is the share', () => {
    expect(resultOf(new Class())).toEqual(close([formula(countAll(0.5))]))
    expect(resultOf(new Class({ thresholds }), weighting)).toEqual(
      close(thresholds.map((t) => formula(countAll(t, weighed)))),
    )
  })

  test('of one class', () => {
    const onlyThird: Counting = (i, j) => (j === 2 ? weights[i]! : 0)
    const value = resultOf(new Class({ classId: 2 }), { sampleWeight: tensor(weights) })
    expect(value).toEqual(close([formula(countAll(0.5, onlyThird))]))
  })

  test('of the greatest predictions of each sample', () => {
    const isAmongTwo = (p: number): boolean => {
      const row = yPred.find((each) => each.includes(p))!
      return row.filter((other) => other > p).length < 2
    }
    expect(resultOf(new Class({ topK: 2 }))).toEqual(close([formula(countAll(0, all, isAmongTwo))]))
    const both = (p: number): boolean => isAmongTwo(p) && p > 0.5
    expect(resultOf(new Class({ topK: 2, thresholds: 0.5 }))).toEqual(
      close([formula(countAll(0, all, both))]),
    )
  })

  test('of nothing is 0', () => {
    using metric = new Class()
    expect(numbers(metric.result())).toEqual([0])
    metric.updateState(tensor([[0, 0]]), tensor([[0, 0]]))
    expect(numbers(metric.result())).toEqual([0])
  })
})

describe.each([
  [
    'SensitivityAtSpecificity',
    (v: number) => new metrics.SensitivityAtSpecificity({ specificity: v, numThresholds: 21 }),
    sensitivity,
    specificity,
  ],
  [
    'SpecificityAtSensitivity',
    (v: number) => new metrics.SpecificityAtSensitivity({ sensitivity: v, numThresholds: 21 }),
    specificity,
    sensitivity,
  ],
  [
    'PrecisionAtRecall',
    (v: number) => new metrics.PrecisionAtRecall({ recall: v, numThresholds: 21 }),
    precision,
    sensitivity,
  ],
  [
    'RecallAtPrecision',
    (v: number) => new metrics.RecallAtPrecision({ precision: v, numThresholds: 21 }),
    sensitivity,
    precision,
  ],
] as const)('%s', (_, make, wanted, constrained) => {
  test.each([0.2, 0.6, 1])('of %d is the best at all thresholds', (value) => {
    for (const [given, weightOf] of [
      [{}, all],
      [weighting, weighed],
    ] as const) {
      let best = 0
      for (let i = 0; i < 21; i++) {
        const counts = countAll(i / 20, weightOf)
        if (constrained(counts) >= value) best = Math.max(best, wanted(counts))
      }
      expect(resultOf(make(value), given)).toEqual(close([best]))
    }
  })
})

function sensitivity({ tp, fn }: Counts): number {
  return share(tp, fn)
}
function specificity({ tn, fp }: Counts): number {
  return share(tn, fp)
}
function precision({ tp, fp }: Counts): number {
  return share(tp, fp)
}

describe('state', () => {
  test('adds batches up, and forgets them', () => {
    using metric = new metrics.Precision()
    metric.updateState(tensor([1, 0]), tensor([0.9, 0.8]))
    metric.updateState(tensor([1, 0]), tensor([0.9, 0.2]))
    expect(numbers(metric.result())).toEqual(close([2 / 3]))
    metric.resetState()
    expect(metric.variables).toEqual([])
    metric.updateState(tensor([1, 0]), tensor([0.9, 0.2]))
    expect(numbers(metric.result())).toEqual([1])
  })

  test('takes the mask that comes with the predictions', () => {
    using metric = new metrics.FalsePositives()
    const predictions = tensor([[Number.NaN], [0.9], [0.8]])
    setMask(predictions, tensor([false, true, true]))
    metric.updateState(tensor([[0], [0], [1]]), predictions)
    expect(numbers(metric.result())).toEqual([1])
    using clipped = new metrics.SpecificityAtSensitivity({ sensitivity: 0.5, numThresholds: 1 })
    const other = tensor([[0.9], [0.4], [0.8]])
    setMask(other, tensor([false, true, true]))
    clipped.updateState(tensor([[0], [0], [1]]), other)
    expect(numbers(clipped.result())).toEqual([1])
  })

  test('is all that is left', () => {
    const [t, p] = [tensor(yTrue), tensor(yPred)]
    const before = memory().tensors
    const made = [
      new metrics.Recall({ topK: 1, classId: 0 }),
      new metrics.PrecisionAtRecall({ recall: 0.5, classId: 1 }),
      new metrics.TruePositives({ thresholds: [0.1, 0.2] }),
    ]
    for (const metric of made) {
      metric.updateState(t, p, weighting)
      metric.result().dispose()
      metric.dispose()
    }
    expect(memory().tensors).toBe(before)
  })

  test('is read by nobody before the result', async () => {
    const backend = unreadableBackend()
    using metric = new metrics.Recall({ topK: 2 })
    metric.updateState(tensor(yTrue, { backend }), tensor(yPred, { backend }))
    expect((await metric.result().data())[0]).toBeGreaterThan(0)
  })

  test('may be of float64', () => {
    using metric = new metrics.TruePositives({ dtype: 'float64' })
    metric.updateState(tensor([1]), tensor([0.9]))
    expect(metric.result().dtype).toBe('float64')
  })
})
