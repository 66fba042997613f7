import { memory, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import { AUC } from './index.ts'

setBackend(referenceBackend())

const yTrue = [0, 1, 0, 1, 1, 0, 1, 0]
const yPred = [0.12, 0.83, 0.41, 0.37, 0.66, 0.58, 0.95, 0.05]
const weights = [1, 2, 0.5, 1, 1, 3, 0.25, 1]

const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b)

interface Counts {
  readonly tp: number
  readonly fp: number
  readonly tn: number
  readonly fn: number
}

function countsAt(
  limits: readonly number[],
  t: readonly number[],
  p: readonly number[],
  w: readonly number[],
): readonly Counts[] {
  return limits.map((limit) => {
    const counts = { tp: 0, fp: 0, tn: 0, fn: 0 }
    p.forEach((each, i) => {
      counts[each > limit ? (t[i] ? 'tp' : 'fp') : t[i] ? 'fn' : 'tn'] += w[i]!
    })
    return counts
  })
}

const curves = {
  ROC: ({ tp, fp, tn, fn }: Counts) => [ratio(fp, fp + tn), ratio(tp, tp + fn)],
  PR: ({ tp, fp, fn }: Counts) => [ratio(tp, tp + fn), ratio(tp, tp + fp)],
  PRGAIN: ({ tp, fp, tn, fn }: Counts) => {
    const odds = ratio(tp + fn, tn + fp)
    return tp === 0 ? [0, 1] : [Math.max(0, 1 - (odds * fn) / tp), 1 - (odds * fp) / tp]
  },
} as const
const heights = {
  interpolation: (a: number, b: number) => (a + b) / 2,
  minoring: Math.min,
  majoring: Math.max,
} as const

/** The area, strip by strip. */
function areaOf(counts: readonly Counts[], curve: keyof typeof curves, method: keyof typeof heights): number {
  let area = 0
  for (let i = 0; i + 1 < counts.length; i++) {
    const [a, b] = [counts[i]!, counts[i + 1]!]
    if (curve === 'PR' && method === 'interpolation') {
      const [before, behind] = [a.tp + a.fp, b.tp + b.fp]
      const slope = ratio(a.tp - b.tp, Math.max(0, before - behind))
      const growth = before > 0 && behind > 0 ? before / behind : 1
      area += ratio(slope * (a.tp - b.tp + (b.tp - slope * behind) * Math.log(growth)), b.tp + b.fn)
      continue
    }
    const [[x0, y0], [x1, y1]] = [curves[curve](a), curves[curve](b)]
    area += (x0! - x1!) * heights[method](y0!, y1!)
  }
  return area
}

const limits = [-1e-7, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1 + 1e-7]

describe.each(['ROC', 'PR', 'PRGAIN'] as const)('%s', (curve) => {
  test.each(['interpolation', 'minoring', 'majoring'] as const)('by %s is the area', (summationMethod) => {
    for (const w of [null, weights]) {
      using metric = new AUC({ curve, summationMethod, numThresholds: 11 })
      metric.updateState(tensor(yTrue), tensor(yPred), w === null ? {} : { sampleWeight: tensor(w) })
      const expected = areaOf(countsAt(limits, yTrue, yPred, w ?? yTrue.map(() => 1)), curve, summationMethod)
      expect(numbers(metric.result())[0]).toBeCloseTo(expected, 5)
    }
  })
})

describe('labels', () => {
  const t = yTrue.map((each, i) => [each, i % 3 === 0 ? 1 : 0])
  const p = yPred.map((each, i) => [each, yPred[(i + 3) % 8]!])
  const areas = [0, 1].map((j) =>
    areaOf(
      countsAt(
        limits,
        t.map((row) => row[j]!),
        p.map((row) => row[j]!),
        weights,
      ),
      'ROC',
      'interpolation',
    ),
  )

  test.each([
    [{}, (areas[0]! + areas[1]!) / 2],
    [{ numLabels: 2 }, (areas[0]! + areas[1]!) / 2],
    [{ labelWeights: [1, 3] }, (areas[0]! + 3 * areas[1]!) / 4],
  ])('of their own, with %j', (options, expected) => {
    using metric = new AUC({ multiLabel: true, numThresholds: 11, ...options })
    metric.updateState(tensor(t), tensor(p), { sampleWeight: tensor(weights) })
    expect(numbers(metric.result())[0]).toBeCloseTo(expected, 5)
    metric.resetState()
    expect(numbers(metric.result())).toEqual([0])
  })

  test('of one curve may be weighed', () => {
    using metric = new AUC({ labelWeights: [1, 0], numThresholds: 11 })
    metric.updateState(tensor(t), tensor(p), { sampleWeight: tensor(weights) })
    expect(numbers(metric.result())[0]).toBeCloseTo(areas[0]!, 5)
  })
})

test('of logits is that of their probabilities', () => {
  const logits = yPred.map((p) => Math.log(p / (1 - p)))
  using ofLogits = new AUC({ fromLogits: true })
  using ofProbabilities = new AUC()
  ofLogits.updateState(tensor(yTrue), tensor(logits))
  ofProbabilities.updateState(tensor(yTrue), tensor(yPred))
  expect(numbers(ofLogits.result())[0]).toBeCloseTo(numbers(ofProbabilities.result())[0]!, 6)
})

test('predictions out of range count as 0 and 1', () => {
  using metric = new AUC()
  metric.updateState(tensor([0, 1]), tensor([-3, 5]))
  expect(numbers(metric.result())).toEqual([1])
})

test('thresholds of one’s own are sorted and kept in files', () => {
  using metric = new AUC({ thresholds: [0.9, 0.2, 0.5] })
  metric.updateState(tensor(yTrue), tensor(yPred))
  const own = countsAt(
    [-1e-7, 0.2, 0.5, 0.9, 1 + 1e-7],
    yTrue,
    yPred,
    yTrue.map(() => 1),
  )
  expect(numbers(metric.result())[0]).toBeCloseTo(areaOf(own, 'ROC', 'interpolation'), 6)
  expect(metric.getConfig()).toMatchObject({ thresholds: [0.2, 0.5, 0.9], num_thresholds: 5 })
  using copy = AUC.fromConfig(JSON.parse(JSON.stringify(metric.getConfig())))
  expect(copy.getConfig()).toEqual(metric.getConfig())
})

test('nothing but the state is left, and nobody reads it before the result', async () => {
  const backend = unreadableBackend()
  const [t, p] = [tensor(yTrue, { backend }), tensor(yPred, { backend })]
  const before = memory().tensors
  const metric = new AUC({ curve: 'PR', numThresholds: 5 })
  metric.updateState(t, p, {})
  const value = metric.result()
  expect((await value.data())[0]).toBeGreaterThan(0)
  value.dispose()
  metric.dispose()
  expect(memory().tensors).toBe(before)
})
