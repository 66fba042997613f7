import { ArgumentError } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { schedules } from '../index.ts'

const {
  CosineDecay,
  CosineDecayRestarts,
  ExponentialDecay,
  InverseTimeDecay,
  PiecewiseConstantDecay,
  PolynomialDecay,
} = schedules

test('exponential decay', () => {
  const smooth = new ExponentialDecay({ initialLearningRate: 2, decaySteps: 10, decayRate: 0.25 })
  expect([0, 5, 10, 20].map((step) => smooth.call(step))).toEqual([2, 1, 0.5, 0.125])
  const stairs = new ExponentialDecay({
    initialLearningRate: 2,
    decaySteps: 10,
    decayRate: 0.25,
    staircase: true,
  })
  expect([0, 9, 10, 19].map((step) => stairs.call(step))).toEqual([2, 2, 0.5, 0.5])
})

test('inverse time decay', () => {
  const smooth = new InverseTimeDecay({ initialLearningRate: 3, decaySteps: 2, decayRate: 1 })
  expect([0, 1, 4].map((step) => smooth.call(step))).toEqual([3, 2, 1])
  const stairs = new InverseTimeDecay({
    initialLearningRate: 3,
    decaySteps: 2,
    decayRate: 1,
    staircase: true,
  })
  expect([1, 2, 3].map((step) => stairs.call(step))).toEqual([3, 1.5, 1.5])
})

test('piecewise constant decay changes after each boundary', () => {
  const schedule = new PiecewiseConstantDecay({ boundaries: [2, 5], values: [1, 0.5, 0.1] })
  expect([0, 2, 3, 5, 6, 1000].map((step) => schedule.call(step))).toEqual([1, 1, 0.5, 0.5, 0.1, 0.1])
  expect(new PiecewiseConstantDecay({ boundaries: [], values: [7] }).call(3)).toBe(7)
})

test('polynomial decay ends, or cycles', () => {
  const options = { initialLearningRate: 1, decaySteps: 4, endLearningRate: 0.5 }
  const line = new PolynomialDecay(options)
  expect([0, 1, 4, 9].map((step) => line.call(step))).toEqual([1, 0.875, 0.5, 0.5])
  const square = new PolynomialDecay({ ...options, power: 2 })
  expect(square.call(2)).toBe(0.625)
  const cycle = new PolynomialDecay({ ...options, cycle: true })
  expect([0, 4, 6, 8, 9].map((step) => cycle.call(step))).toEqual([1, 0.5, 0.625, 0.5, 0.625])
})

test('cosine decay, with and without a warm-up', () => {
  const plain = new CosineDecay({ initialLearningRate: 1, decaySteps: 4, alpha: 0.5 })
  expect(plain.call(0)).toBe(1)
  expect(plain.call(2)).toBeCloseTo(0.75, 12)
  expect([4, 99].map((step) => plain.call(step))).toEqual([0.5, 0.5])
  const warm = new CosineDecay({ initialLearningRate: 0, decaySteps: 4, warmupTarget: 2, warmupSteps: 4 })
  expect([0, 1, 4, 8, 99].map((step) => warm.call(step))).toEqual([0, 0.5, 2, 0, 0])
  expect(warm.call(6)).toBeCloseTo(1, 12)
  // Without a target the steps of a warm-up do not count.
  expect(new CosineDecay({ initialLearningRate: 1, decaySteps: 4, warmupSteps: 4 }).call(4)).toBe(0)
})

test('cosine decay restarts exactly at its periods', () => {
  for (const [tMul, periods] of [
    [1, [10, 10, 10, 10]],
    [2, [10, 20, 40, 80]],
    [3, [10, 30, 90, 270]],
    [10, [10, 100, 1000, 10000]],
    [1.5, [10, 15, 22.5]],
  ] as const) {
    const schedule = new CosineDecayRestarts({ initialLearningRate: 8, firstDecaySteps: 10, tMul, mMul: 0.5 })
    let start = 0
    periods.forEach((length, i) => {
      if (Number.isInteger(start)) {
        expect(schedule.call(start)).toBe(8 * 0.5 ** i)
        if (start > 0) expect(schedule.call(start - 1)).toBeLessThan(4 * 0.5 ** i)
      }
      start += length
    })
  }
  const raised = new CosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 2, alpha: 0.5 })
  expect(raised.call(1)).toBeCloseTo(0.75, 12)
})

describe('bad options', () => {
  const start = { initialLearningRate: 0.1 }
  const bad: readonly (() => unknown)[] = [
    () => new ExponentialDecay({ ...start, decaySteps: 0, decayRate: 0.9 }),
    () => new ExponentialDecay({ ...start, decaySteps: Number.NaN, decayRate: 0.9 }),
    () => new ExponentialDecay({ ...start, decaySteps: 1, decayRate: -1 }),
    () => new ExponentialDecay({ ...start, decaySteps: 1 } as never),
    () => new ExponentialDecay({ decaySteps: 1, decayRate: 1 } as never),
    () => new ExponentialDecay({ ...start, decaySteps: 1, decayRate: 1, staircase: 1 as never }),
    () => new ExponentialDecay(0.1 as never),
    () => new InverseTimeDecay({ ...start, decaySteps: -1, decayRate: 0.9 }),
    () => new InverseTimeDecay({ ...start, decaySteps: 1, decayRate: Number.NaN }),
    () => new InverseTimeDecay({ ...start, decayStep: 1, decayRate: 1 } as never),
    () => new PiecewiseConstantDecay({ boundaries: [1], values: [1] }),
    () => new PiecewiseConstantDecay({ boundaries: [2, 1], values: [1, 2, 3] }),
    () => new PiecewiseConstantDecay({ boundaries: [1], values: [1, Number.NaN] }),
    () => new PiecewiseConstantDecay({ boundaries: 1 as never, values: [1, 2] }),
    () => new PolynomialDecay({ ...start, decaySteps: 0 }),
    () => new PolynomialDecay({ ...start, decaySteps: 1, power: -1 }),
    () => new PolynomialDecay({ ...start, decaySteps: 1, cycle: null as never }),
    () => new CosineDecay({ ...start, decaySteps: 0 }),
    () => new CosineDecay({ ...start, decaySteps: 1, warmupTarget: -1 }),
    () => new CosineDecay({ ...start, decaySteps: 1, warmupSteps: -1 }),
    () => new CosineDecay({ ...start, decaySteps: 1, name: 3 as never }),
    () => new CosineDecayRestarts({ ...start, firstDecaySteps: 0 }),
    () => new CosineDecayRestarts({ ...start, firstDecaySteps: 1, tMul: 0.5 }),
    () => new CosineDecayRestarts({ ...start, firstDecaySteps: 1, mMul: Number.NaN }),
  ]
  test.each(bad)('%s', (make) => {
    expect(make).toThrow(ArgumentError)
  })

  test('steps are whole numbers', () => {
    const schedule = new CosineDecay({ ...start, decaySteps: 4 })
    for (const step of [-1, 0.5, Number.NaN, '1'])
      expect(() => schedule.call(step as never)).toThrow(ArgumentError)
  })
})

test('options are properties, and classes have their names', () => {
  const schedule = new CosineDecay({ initialLearningRate: 0.1, decaySteps: 4 })
  expect([schedule.initialLearningRate, schedule.warmupTarget, schedule.alpha]).toEqual([0.1, null, 0])
  expect(schedule.className).toBe('CosineDecay')
  expect(CosineDecay.name).toBe('CosineDecay')
})
