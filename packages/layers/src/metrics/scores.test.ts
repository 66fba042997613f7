import { memory, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import * as metrics from './index.ts'

setBackend(referenceBackend())

const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())
const close = (values: readonly number[]): readonly unknown[] => values.map((x) => expect.closeTo(x, 5))

const yTrue = [
  [0, 1, 0],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]
const yPred = [
  [0.2, 0.6, 0.35],
  [0.9, 0.45, 0.1],
  [0.3, 0.1, 0.55],
  [0.7, 0.05, 0.65],
]
const weights = [1, 0.5, 2, 3]

/** True positives, false positives, false negatives and positive targets of each class. */
function countClasses(
  isPositive: (p: number, row: readonly number[]) => boolean,
  w: readonly number[],
): readonly number[][] {
  return [0, 1, 2].map((j) => {
    const counts = [0, 0, 0, 0]
    yTrue.forEach((row, i) => {
      const positive = isPositive(yPred[i]![j]!, yPred[i]!)
      if (positive && row[j]) counts[0]! += w[i]!
      if (positive && !row[j]) counts[1]! += w[i]!
      if (!positive && row[j]) counts[2]! += w[i]!
      if (row[j]) counts[3]! += w[i]!
    })
    return counts
  })
}

function fScore([tp, fp, fn]: readonly number[], beta: number): number {
  const [p, r] = [tp! / (tp! + fp! + 1e-7), tp! / (tp! + fn! + 1e-7)]
  return ((1 + beta ** 2) * p * r) / (beta ** 2 * p + r + 1e-7)
}

describe('F scores', () => {
  const isGreatest = (p: number, row: readonly number[]): boolean => p === Math.max(...row)
  const w = [1, 1, 1, 1]
  test.each([
    [{ beta: 2 }, isGreatest],
    [{ beta: 0.5, threshold: 0.4 }, (p: number) => p > 0.4],
  ])('of classes, with %j', (options, isPositive) => {
    for (const each of [w, weights]) {
      using metric = new metrics.FBetaScore(options)
      metric.updateState(tensor(yTrue), tensor(yPred), { sampleWeight: tensor(each) })
      const counts = countClasses(isPositive, each)
      expect(numbers(metric.result())).toEqual(close(counts.map((row) => fScore(row, options.beta))))
    }
  })

  test.each(['micro', 'macro', 'weighted'] as const)('averaged by %s', (average) => {
    using metric = new metrics.F1Score({ average })
    metric.updateState(tensor(yTrue), tensor(yPred), { sampleWeight: tensor(weights) })
    const counts = countClasses(isGreatest, weights)
    const scores = counts.map((row) => fScore(row, 1))
    const total = counts.reduce((s, row) => s + row[3]!, 0)
    const expected = {
      micro: fScore(
        [0, 1, 2].map((k) => counts.reduce((s, row) => s + row[k]!, 0)),
        1,
      ),
      macro: (scores[0]! + scores[1]! + scores[2]!) / 3,
      weighted: scores.reduce((s, score, j) => s + (score * counts[j]![3]!) / total, 0),
    }
    expect(numbers(metric.result())).toEqual(close([expected[average]]))
  })

  test('leave masked samples out, and add batches up', () => {
    using masked = new metrics.F1Score()
    masked.updateState(tensor(yTrue), tensor(yPred), { mask: tensor([true, false, true, true]) })
    masked.updateState(tensor(yTrue), tensor(yPred), { mask: tensor([false, true, false, false]) })
    using whole = new metrics.F1Score()
    whole.updateState(tensor(yTrue), tensor(yPred))
    expect(numbers(masked.result())).toEqual(numbers(whole.result()))
    whole.resetState()
    expect(numbers(whole.result())).toEqual([0, 0, 0])
  })

  test('of zeros everywhere name no class', () => {
    using metric = new metrics.F1Score({ average: 'micro' })
    metric.updateState(tensor([[1, 0]]), tensor([[0, 0]]))
    expect(numbers(metric.result())).toEqual([0])
  })
})

describe('R2Score', () => {
  const t = [
    [1, 4],
    [2, 6],
    [4, 5],
    [3, 9],
  ]
  const p = [
    [1.5, 4],
    [2, 7],
    [3, 5.5],
    [3.5, 8],
  ]

  function scoreOf(j: number, w: readonly number[]): readonly [number, number] {
    const total = w.reduce((a, b) => a + b)
    const mean = t.reduce((s, row, i) => s + w[i]! * row[j]!, 0) / total
    const spread = t.reduce((s, row, i) => s + w[i]! * (row[j]! - mean) ** 2, 0)
    const residual = t.reduce((s, row, i) => s + w[i]! * (row[j]! - p[i]![j]!) ** 2, 0)
    return [1 - residual / spread, spread]
  }

  test.each([[[1, 1, 1, 1]], [weights]])('with weights %j', (w) => {
    const [[first, firstSpread], [second, secondSpread]] = [scoreOf(0, w), scoreOf(1, w)]
    const expected = {
      none: [first, second],
      uniformAverage: [(first + second) / 2],
      varianceWeightedAverage: [(first * firstSpread + second * secondSpread) / (firstSpread + secondSpread)],
    }
    for (const aggregation of ['uniformAverage', 'varianceWeightedAverage', null] as const) {
      using metric = new metrics.R2Score({ classAggregation: aggregation })
      metric.updateState(tensor(t.slice(0, 2)), tensor(p.slice(0, 2)), {
        sampleWeight: tensor(w.slice(0, 2)),
      })
      metric.updateState(tensor(t.slice(2)), tensor(p.slice(2)), { sampleWeight: tensor(w.slice(2)) })
      expect(numbers(metric.result())).toEqual(close(expected[aggregation ?? 'none']))
    }
  })

  test('adjusted for regressors, where there are values enough', () => {
    const plain = (scoreOf(0, [1, 1, 1, 1])[0] + scoreOf(1, [1, 1, 1, 1])[0]) / 2
    for (const [numRegressors, expected] of [
      [2, 1 - ((1 - plain) * 7) / 5],
      [7, plain],
      [20, plain],
    ] as const) {
      using metric = new metrics.R2Score({ numRegressors })
      metric.updateState(tensor(t), tensor(p))
      expect(numbers(metric.result())).toEqual(close([expected]))
    }
  })

  test('is 0 where targets do not vary, and leaves masked samples out', () => {
    using metric = new metrics.R2Score()
    metric.updateState(tensor([[1], [1], [7]]), tensor([[2], [1], [Infinity]]), {
      mask: tensor([true, true, false]),
    })
    expect(numbers(metric.result())).toEqual([0])
  })

  test('keeps every aggregation in files', () => {
    for (const classAggregation of ['uniformAverage', 'varianceWeightedAverage', null] as const) {
      using metric = new metrics.R2Score({ classAggregation })
      using copy = metrics.R2Score.fromConfig(JSON.parse(JSON.stringify(metric.getConfig())))
      expect(copy.classAggregation).toBe(classAggregation)
    }
  })
})

describe('intersections over unions', () => {
  const t = [0, 2, 1, 1, 2, 0, 2, 1]
  const p = [0, 2, 2, 1, 0, 0, 2, 2]
  const w = [1, 2, 1, 3, 1, 1, 2, 1]

  function iouOf(k: number, w: readonly number[]): number {
    let [both, either] = [0, 0]
    t.forEach((each, i) => {
      if (each === k && p[i] === k) both += w[i]!
      if (each === k || p[i] === k) either += w[i]!
    })
    return both / either
  }
  const ones = t.map(() => 1)
  const oneHot = (ids: readonly number[]): readonly number[][] =>
    ids.map((id) => [0, 1, 2].map((k) => +(k === id)))

  test.each([
    [[0], ones],
    [[0, 2], w],
    [[2, 1, 0], ones],
  ])('of the classes %j with weights %j', (targetClassIds, weightsOfAll) => {
    const expected = targetClassIds.reduce((s, k) => s + iouOf(k, weightsOfAll), 0) / targetClassIds.length
    using sparse = new metrics.IoU({ numClasses: 3, targetClassIds })
    sparse.updateState(tensor(t), tensor(p), { sampleWeight: tensor(weightsOfAll) })
    expect(numbers(sparse.result())).toEqual(close([expected]))
    using dense = new metrics.OneHotIoU({ numClasses: 3, targetClassIds })
    dense.updateState(tensor(oneHot(t)), tensor(oneHot(p)), { sampleWeight: tensor(weightsOfAll) })
    expect(numbers(dense.result())).toEqual(close([expected]))
  })

  test('of all classes', () => {
    const expected = (iouOf(0, ones) + iouOf(1, ones) + iouOf(2, ones)) / 3
    using sparse = new metrics.MeanIoU({ numClasses: 3 })
    sparse.updateState(tensor([t]), tensor([p]))
    expect(numbers(sparse.result())).toEqual(close([expected]))
    using dense = new metrics.OneHotMeanIoU({ numClasses: 3, sparseYPred: true })
    dense.updateState(tensor(oneHot(t)), tensor(p))
    expect(numbers(dense.result())).toEqual(close([expected]))
  })

  test('leave out what is ignored, masked, out of range or never came', () => {
    using metric = new metrics.MeanIoU({ numClasses: 9, ignoreClass: 5 })
    metric.updateState(tensor([0, 1, 5, 9, -1, 1]), tensor([0, 1, 0, 0, 0, 0]), {
      mask: tensor([true, true, true, true, true, false]),
    })
    expect(numbers(metric.result())).toEqual(close([1]))
  })

  test('cut weights to whole numbers, as Keras does, unless told otherwise', () => {
    const half = { sampleWeight: tensor([0.5, 1.5]) }
    using whole = new metrics.MeanIoU({ numClasses: 2 })
    whole.updateState(tensor([0, 1]), tensor([1, 1]), half)
    expect(numbers(whole.result())).toEqual(close([1]))
    using exact = new metrics.MeanIoU({ numClasses: 2, dtype: 'float32' })
    exact.updateState(tensor([0, 1]), tensor([1, 1]), half)
    expect(numbers(exact.result())).toEqual(close([0.75 / 2]))
  })

  test('of probabilities that reach a threshold', () => {
    using metric = new metrics.BinaryIoU({ threshold: 0.4, targetClassIds: [1] })
    metric.updateState(tensor([0, 1, 0, 1]), tensor([0.1, 0.4, 0.5, 0.7]))
    expect(numbers(metric.result())).toEqual(close([2 / 3]))
  })

  test.each([
    () => new metrics.IoU({ numClasses: 3, targetClassIds: [0, 2], ignoreClass: 1, name: 'own' }),
    () => new metrics.MeanIoU({ numClasses: 3, sparseYPred: false, axis: 1, dtype: 'float64' }),
    () => new metrics.OneHotIoU({ numClasses: 3, targetClassIds: [1], sparseYPred: true }),
    () => new metrics.OneHotMeanIoU({ numClasses: 3 }),
    () => new metrics.BinaryIoU({ threshold: 0.3 }),
  ])('are kept in files, %#', (make) => {
    using metric = make()
    using copy = metrics.deserialize(JSON.parse(JSON.stringify(metrics.serialize(metric))))!
    expect(copy.constructor).toBe(metric.constructor)
    expect(copy.getConfig()).toEqual(metric.getConfig())
  })
})

describe('correlations', () => {
  const [a, b] = [
    [1, 2, 4, 3],
    [2, 2.5, 6, 3],
  ]
  const mean = (x: readonly number[]): number => x.reduce((s, y) => s + y, 0) / x.length
  const spread = (x: readonly number[], y: readonly number[]): number =>
    mean(x.map((each, i) => (each - mean(x)) * (y[i]! - mean(y))))

  test('are the formulas', () => {
    const pearson = spread(a, b) / Math.sqrt(spread(a, a) * spread(b, b))
    const concordance = (2 * spread(a, b)) / (spread(a, a) + spread(b, b) + (mean(a) - mean(b)) ** 2 + 1e-7)
    for (const [Class, expected] of [
      [metrics.PearsonCorrelation, pearson],
      [metrics.ConcordanceCorrelation, concordance],
    ] as const) {
      using metric = new Class()
      metric.updateState(tensor([a]), tensor([b]))
      expect(numbers(metric.result())).toEqual(close([expected]))
      using column = new Class({ axis: 0 })
      column.updateState(tensor(a.map((x) => [x])), tensor(b.map((x) => [x])))
      expect(numbers(column.result())).toEqual(close([expected]))
    }
  })

  test('of what does not vary', () => {
    const flat = tensor([[1, 1]])
    expect(numbers(metrics.pearsonCorrelation(flat, tensor([[1, 2]])))[0]).toBeNaN()
    expect(numbers(metrics.concordanceCorrelation(flat, flat))).toEqual([0])
  })
})

test('nothing but the state is left, and nobody reads it before the result', async () => {
  const backend = unreadableBackend()
  const [t, p] = [tensor(yTrue, { backend }), tensor(yPred, { backend })]
  const made = [
    new metrics.F1Score({ average: 'weighted' }),
    new metrics.R2Score({ numRegressors: 1 }),
    new metrics.OneHotMeanIoU({ numClasses: 3, ignoreClass: 0 }),
    new metrics.BinaryIoU(),
    new metrics.PearsonCorrelation(),
    new metrics.ConcordanceCorrelation(),
    new metrics.CosineSimilarity(),
  ]
  const before = memory().tensors
  for (const metric of made) {
    metric.updateState(t, p, { mask: null })
    const value = metric.result()
    expect((await value.data()).length).toBe(1)
    value.dispose()
    metric.dispose()
  }
  expect(memory().tensors).toBe(before)
})
