import { beforeEach, describe, expect, test } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DTypeError, OutOfMemoryError, ShapeError, UnsupportedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { referenceBackend } from '../reference/index.ts'
import { erf } from '../reference/special-functions.ts'
import { arange, zeros } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as random from './index.ts'
import { normalQuantile } from './normal-quantile.ts'

beforeEach(() => setBackend(testBackend()))

const generator = (seed: number): random.Generator => new random.Generator(seed)
type Source = { readonly seed: number } | { readonly generator: random.Generator }
const numbersOf = (x: Tensor): number[] => Array.from(x.dataSync())

/** How far the numbers' distribution function lies from the one they should have, times √n: above 1.95 once in 1000. */
function kolmogorovSmirnov(values: readonly number[], cumulative: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const n = sorted.length
  const distance = sorted.reduce((most, x, i) => {
    const expected = cumulative(x)
    return Math.max(most, Math.abs(expected - i / n), Math.abs(expected - (i + 1) / n))
  }, 0)
  return distance * Math.sqrt(n)
}

/** Σ (observed − expected)² / expected, in standard deviations from what is likely. */
function chiSquared(counts: readonly number[], expected: number): number {
  const sum = counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0)
  const freedom = counts.length - 1
  return (sum - freedom) / Math.sqrt(2 * freedom)
}

const normalCumulative = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2

describe('from the bits of the generator', () => {
  const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] as const

  test('uniform takes 24 of each word for float32, and 53 of two for float64', () => {
    expect(numbersOf(random.uniform([4], { generator: generator(0) }))).toEqual(
      words.map((word) => (word >>> 8) / 2 ** 24),
    )
    const double = (a: number, b: number): number => ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53
    expect(numbersOf(random.uniform([2], { generator: generator(0), dtype: 'float64' }))).toEqual([
      double(words[0], words[1]),
      double(words[2], words[3]),
    ])
  })

  test('a seed stands for a new generator, in every distribution', () => {
    for (const make of [
      (from: Source) => random.uniform([4], from),
      (from: Source) => random.normal([4], from),
      (from: Source) => random.truncatedNormal([4], from),
      (from: Source) => random.bernoulli([4], from),
      (from: Source) => random.exponential([4], from),
      (from: Source) => random.randint([4], { max: 1000, ...from }),
      (from: Source) => random.categorical(zeros([50]), 4, from),
      (from: Source) => random.shuffle(arange(9), from),
    ]) {
      const first = numbersOf(make({ seed: 3 }))
      expect(numbersOf(make({ seed: 3 }))).toEqual(first)
      expect(numbersOf(make({ generator: generator(3) }))).toEqual(first)
    }
    expect(numbersOf(random.permutation(9, { seed: 3 }))).toEqual(
      numbersOf(random.permutation(9, { generator: generator(3) })),
    )
  })

  test('a seed that is none, and a seed beside a generator, are refused', () => {
    expect(() => random.normal([2], { seed: 0.5 })).toThrow(/seed is not a whole number/)
    expect(() => random.normal([2], { seed: 1, generator: generator(1) })).toThrow(
      /^random\.normal: generator and seed are both given/,
    )
  })

  test('bernoulli compares each word with the probability', () => {
    expect(numbersOf(random.bernoulli([4], { generator: generator(0), probability: 0.7 }))).toEqual(
      words.map((word) => Number(word < 0.7 * 2 ** 32)),
    )
  })

  test('normal numbers are the quantiles of fractions in the middle of their interval', () => {
    expect(numbersOf(random.normal([4], { generator: generator(0) }))).toEqual(
      words.map((word) => Math.fround(normalQuantile((word + 0.5) / 2 ** 32))),
    )
  })

  test('the same numbers come out on every backend and in every shape', () => {
    const other = referenceBackend({ strided: false, maxRank: 4 }) as Backend
    const draw = (shape: number[], backend?: Backend): number[] =>
      numbersOf(random.normal(shape, { generator: generator(5), ...(backend && { backend }) }))
    expect(draw([2, 3, 1], other)).toEqual(draw([6]))
    expect(random.uniform([2], { backend: other, generator: generator(1) }).storage.backend).toBe(other)
  })
})

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  const count = 20_000

  test('uniform is even', () => {
    const values = numbersOf(random.uniform([count], { dtype, generator: generator(1), min: -2, max: 3 }))
    expect(kolmogorovSmirnov(values, (x) => (x + 2) / 5)).toBeLessThan(1.95)
    const counts = new Array<number>(50).fill(0)
    for (const x of values) counts[Math.floor((x + 2) * 10)]!++
    expect(Math.abs(chiSquared(counts, count / 50))).toBeLessThan(4)
  })

  test('neighbours know nothing of each other', () => {
    const values = numbersOf(random.uniform([count], { dtype, generator: generator(2) }))
    for (const lag of [1, 2, 3, 4, 7]) {
      const products = values.slice(lag).map((x, i) => (x - 0.5) * (values[i]! - 0.5))
      const mean = products.reduce((a, b) => a + b, 0) / products.length
      // The product of two has a standard deviation of 1/12.
      expect(Math.abs(mean)).toBeLessThan(4 / 12 / Math.sqrt(count))
    }
  })

  test('normal is normal, tails included', () => {
    const values = numbersOf(random.normal([count], { dtype, generator: generator(3), mean: -1, stddev: 3 }))
    expect(kolmogorovSmirnov(values, (x) => normalCumulative((x + 1) / 3))).toBeLessThan(1.95)
    const beyond = values.filter((x) => Math.abs(x + 1) > 9).length
    // Three deviations and more: 0.27 % of all.
    expect(Math.abs(beyond - 0.0027 * count)).toBeLessThan(4 * Math.sqrt(0.0027 * count))
    expect(values.every(Number.isFinite)).toBe(true)
  })

  test('truncated normal is what is left within two deviations', () => {
    const values = numbersOf(
      random.truncatedNormal([count], { dtype, generator: generator(4), mean: 5, stddev: 2 }),
    )
    const below = normalCumulative(-2)
    const cumulative = (x: number): number => (normalCumulative((x - 5) / 2) - below) / (1 - 2 * below)
    expect(kolmogorovSmirnov(values, cumulative)).toBeLessThan(1.95)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(1)
    expect(Math.max(...values)).toBeLessThanOrEqual(9)
  })

  test('exponential has its mean and no memory', () => {
    const values = numbersOf(random.exponential([count], { dtype, generator: generator(9), scale: 2 }))
    expect(kolmogorovSmirnov(values, (x) => 1 - Math.exp(-x / 2))).toBeLessThan(1.95)
    expect(Math.min(...values)).toBeGreaterThan(0)
    expect(values.every(Number.isFinite)).toBe(true)
    expect(numbersOf(random.exponential([2], { dtype, scale: 0 })).map(Math.abs)).toEqual([0, 0])
  })

  test('a deviation of 0 gives the mean, and equal bounds the bound', () => {
    expect(numbersOf(random.normal([3], { dtype, mean: 1.5, stddev: 0 }))).toEqual([1.5, 1.5, 1.5])
    expect(numbersOf(random.truncatedNormal([2], { dtype, mean: -2, stddev: 0 }))).toEqual([-2, -2])
    expect(numbersOf(random.uniform([2], { dtype, min: 4, max: 4 }))).toEqual([4, 4])
  })

  test('the upper bound is never reached, however close the bounds are', () => {
    for (const [min, max] of [
      [1, 1 + 2 ** -23],
      [1000, 1000.001],
      [-1e-30, 1e-30],
      [16777215, 16777217],
    ] as const) {
      const values = numbersOf(random.uniform([500], { dtype, generator: generator(6), min, max }))
      expect(values.every((x) => x >= min - 1e-4 && x < max)).toBe(true)
    }
  })
})

test('bernoulli gives 0 and 1 in every dtype', () => {
  for (const dtype of dtypes) {
    const x = random.bernoulli([1000], { dtype, generator: generator(7) })
    expect(x.dtype).toBe(dtype)
    const values = numbersOf(x)
    expect(new Set(values)).toEqual(new Set([0, 1]))
    expect(Math.abs(values.reduce((a, b) => a + b, 0) - 500)).toBeLessThan(4 * Math.sqrt(250))
  }
  expect(random.bernoulli([2]).dtype).toBe('bool')
})

test('permutation puts every number into every place equally often', () => {
  const stream = generator(8)
  const n = 6
  const counts = new Array<number>(n * n).fill(0)
  for (let i = 0; i < 3000; i++) {
    numbersOf(random.permutation(n, { generator: stream })).forEach(
      (value, place) => counts[place * n + value]!++,
    )
  }
  expect(Math.abs(chiSquared(counts, 3000 / n))).toBeLessThan(4)
  expect(random.permutation(1).arraySync()).toEqual([0])
  expect(random.permutation(3).dtype).toBe('int32')
})

test('shapes without elements or dimensions are fine', () => {
  expect(random.uniform([]).shape).toEqual([])
  expect(random.normal([0, 3])).toMatchObject({ shape: [0, 3], size: 0 })
  expect(random.bernoulli([2, 0]).arraySync()).toEqual([[], []])
})

/** Options as they came where they are none. */
function optionsWithMax(options: unknown = {}): never {
  return (typeof options === 'object' ? { max: 9, ...options } : options) as never
}

describe('refused', () => {
  const makers: readonly [string, (shape: never, options?: never) => unknown][] = [
    ['uniform', random.uniform],
    ['normal', random.normal],
    ['truncatedNormal', random.truncatedNormal],
    ['bernoulli', random.bernoulli],
    ['exponential', random.exponential],
    ['randint', (shape, options) => random.randint(shape, optionsWithMax(options))],
  ]

  test.each(makers)('are shapes and options of %s that make no sense', (name, make) => {
    const run = (shape: unknown, options?: unknown): (() => void) => {
      return () => void make(shape as never, options as never)
    }
    for (const shape of [[-1], [1.5], [Number.NaN], ['2'], [2 ** 53]]) expect(run(shape)).toThrow(ShapeError)
    for (const shape of [3, '3', undefined]) expect(run(shape)).toThrow(ArgumentError)
    expect(run([2], { dtype: 'half' })).toThrow(DTypeError)
    expect(run([2], { generator: 3 })).toThrow(`random.${name}: generator is not a Generator`)
    expect(run([2], { backend: {} })).toThrow(`random.${name}: the argument is not a backend`)
    expect(run([2], { sede: 3 })).toThrow(/unknown option "sede"[\s\S]*did you mean seed/)
    expect(run([2], 'float64')).toThrow(/the options are not an object/)
  })

  test.each(makers)('are sizes of %s that do not fit, before any memory is asked for', (_, make) => {
    const before = memory()
    const stream = generator(1)
    const run = (shape: number[]) => () => make(shape as never, { generator: stream } as never)
    expect(run([2 ** 31])).toThrow(UnsupportedError)
    expect(run([2 ** 52])).toThrow(UnsupportedError)
    expect(() => random.permutation(2 ** 40, { generator: stream })).toThrow(UnsupportedError)
    expect(memory()).toEqual(before)
    // What was refused has used no numbers.
    expect(stream.state.block).toBe(0)
  })

  test('are parameters out of range', () => {
    for (const bounds of [
      { min: 1, max: 0 },
      { min: Number.NaN },
      { max: Infinity },
      { max: 1e39 },
      { dtype: 'float64', min: -1e308, max: 1e308 },
      { min: '0' },
    ]) {
      expect(() => random.uniform([2], bounds as never)).toThrow(
        /^random\.uniform: min and max are not finite/,
      )
    }
    for (const [name, make] of makers.slice(1, 3)) {
      for (const options of [{ stddev: -1 }, { stddev: Number.NaN }, { mean: Infinity }, { mean: '0' }]) {
        expect(() => make([2] as never, options as never)).toThrow(
          `random.${name}: mean and stddev are not finite`,
        )
      }
    }
    for (const scale of [-1, Number.NaN, Infinity, '1']) {
      expect(() => random.exponential([2], { scale: scale as number })).toThrow(
        /^random\.exponential: scale is not a finite number/,
      )
    }
    for (const probability of [-0.1, 1.1, Number.NaN, '0.5']) {
      expect(() => random.bernoulli([2], { probability: probability as number })).toThrow(ArgumentError)
    }
    for (const n of [-1, 1.5, Number.NaN, '3']) {
      expect(() => random.permutation(n as number)).toThrow(ShapeError)
    }
    expect(() => random.uniform([2], { dtype: 'int32' as never })).toThrow(
      /^random\.uniform: the numbers are fractions/,
    )
  })

  test('leave nothing behind where the backend has no room', () => {
    setBackend(
      testBackend({
        before: (method) => {
          if (method === 'alloc' || method === 'write') throw new OutOfMemoryError('no room')
        },
      }),
    )
    const before = memory()
    for (const [, make] of makers) expect(() => make([2] as never)).toThrow(OutOfMemoryError)
    expect(() => random.permutation(3)).toThrow(OutOfMemoryError)
    expect(memory()).toEqual(before)
  })
})
