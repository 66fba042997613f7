import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { erf } from '../reference/special-functions.ts'
import { setSeed } from './generator.ts'
import * as random from './index.ts'
import { normalQuantile } from './normal-quantile.ts'
import { philoxBlock } from './philox.ts'

beforeEach(() => setBackend(referenceBackend()))

/** The published test vectors of the Random123 library (kat_vectors, philox 4x32 10). */
test.each([
  [[0, 0], [0, 0, 0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    '408f276d 41c83b0e a20bc7c6 6d5451fd',
  ],
  [
    [0xa4093822, 0x299f31d0],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    'd16cfe09 94fdcceb 5001e420 24126ea1',
  ],
] as const)('Philox with key %j gives the published words', (key, counter, expected) => {
  const out = new Uint32Array(4)
  philoxBlock(out, key, counter[0], counter[1], counter[2], counter[3])
  expect([...out].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(expected)
})

test('the normal quantile inverts the distribution function', () => {
  for (const p of [1e-9, 1e-4, 0.01, 0.0749, 0.0751, 0.3, 0.5, 0.7, 0.93, 0.999, 1 - 1e-7]) {
    expect((1 + erf(normalQuantile(p) / Math.SQRT2)) / 2).toBeCloseTo(p, 14)
  }
  expect(normalQuantile(0.5)).toBe(0)
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14)
})

describe('generators', () => {
  test('repeat for one seed and differ for others', () => {
    const draw = (seed: number): number[] => [...new random.Generator(seed).bits(8)]
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(draw(2 ** 53 - 1)).not.toEqual(draw(2 ** 32 - 1))
  })

  test('resume from their state', () => {
    const generator = new random.Generator(7)
    generator.bits(13)
    const resumed = random.Generator.fromState(JSON.parse(JSON.stringify(generator.state)))
    expect([...resumed.bits(9)]).toEqual([...generator.bits(9)])
  })

  test('resume with keys of 64 bits', () => {
    const [child] = new random.Generator(3).split(1)
    const resumed = random.Generator.fromState(child!.state)
    expect([...resumed.bits(4)]).toEqual([...child!.bits(4)])
  })

  test('split into streams that have nothing in common', () => {
    const parent = new random.Generator(5)
    const streams = [...parent.split(3), ...parent.split(3), parent.foldIn(0), parent.foldIn(1), parent]
    const firsts = streams.map((stream) => stream.bits(1)[0])
    expect(new Set(firsts).size).toBe(streams.length)
    expect([...new random.Generator(5).foldIn(9).bits(4)]).toEqual([
      ...new random.Generator(5).foldIn(9).bits(4),
    ])
  })

  test.each([[-1], [1.5], [2 ** 53], ['1'], [Number.NaN]])('refuse the seed %s', (seed) => {
    expect(() => new random.Generator(seed as number)).toThrow(ArgumentError)
  })
})

/** Mean, variance and extremes of many numbers. */
function moments(data: ArrayLike<number>): { mean: number; variance: number; least: number; most: number } {
  const values = Array.from(data)
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
  return { mean, variance, least: Math.min(...values), most: Math.max(...values) }
}

describe.each(['float32', 'float64'] as const)('distributions in %s', (dtype) => {
  const count = 50_000
  const options = () => ({ dtype, generator: new random.Generator(1) })

  test('uniform', () => {
    const { mean, variance, least, most } = moments(
      random.uniform([count], { ...options(), min: 2, max: 6 }).dataSync(),
    )
    expect(Math.abs(mean - 4)).toBeLessThan(0.03)
    expect(Math.abs(variance - 16 / 12)).toBeLessThan(0.03)
    expect(least).toBeGreaterThanOrEqual(2)
    expect(most).toBeLessThan(6)
  })

  test('normal, by its moments and the Kolmogorov-Smirnov distance', () => {
    const data = random.normal([count], { ...options(), mean: 1, stddev: 2 }).dataSync()
    const { mean, variance } = moments(data)
    expect(Math.abs(mean - 1)).toBeLessThan(0.04)
    expect(Math.abs(variance - 4)).toBeLessThan(0.1)
    const sorted = Array.from(data as ArrayLike<number>).sort((a, b) => a - b)
    const distance = Math.max(
      ...sorted.map((x, i) => Math.abs((1 + erf((x - 1) / 2 / Math.SQRT2)) / 2 - (i + 0.5) / count)),
    )
    expect(distance).toBeLessThan(1.63 / Math.sqrt(count))
  })

  test('truncated normal stays within two standard deviations', () => {
    const { mean, variance, least, most } = moments(
      random.truncatedNormal([count], { ...options(), stddev: 3 }).dataSync(),
    )
    expect(Math.abs(mean)).toBeLessThan(0.05)
    // The variance of a normal number truncated at ±2 is 0.7737413 of the whole one's.
    expect(Math.abs(variance / 9 - 0.7737413)).toBeLessThan(0.02)
    expect(least).toBeGreaterThanOrEqual(-6)
    expect(most).toBeLessThanOrEqual(6)
  })
})

test('bernoulli draws ones with the probability', () => {
  const generator = new random.Generator(2)
  const { mean } = moments(random.bernoulli([50_000], { probability: 0.3, generator }).dataSync())
  expect(Math.abs(mean - 0.3)).toBeLessThan(0.01)
  expect(moments(random.bernoulli([100], { probability: 0, generator }).dataSync()).most).toBe(0)
  expect(
    moments(random.bernoulli([100], { probability: 1, generator, dtype: 'float32' }).dataSync()).least,
  ).toBe(1)
})

test('permutation has every number once, and every order', () => {
  const generator = new random.Generator(3)
  expect([...random.permutation(1000, { generator }).dataSync()].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 1000 }, (_, i) => i),
  )
  const orders = new Set(
    Array.from({ length: 200 }, () => random.permutation(3, { generator }).dataSync().join()),
  )
  expect(orders.size).toBe(6)
  expect(random.permutation(0).shape).toEqual([0])
})

test('setSeed makes the default generator repeat', () => {
  setSeed(9)
  const first = random.normal([5]).arraySync()
  setSeed(9)
  expect(random.normal([5]).arraySync()).toEqual(first)
  expect(random.normal([5]).arraySync()).not.toEqual(first)
})

test('refuses wrong arguments', () => {
  expect(() => random.uniform([2], { min: 1, max: 0 })).toThrow(ArgumentError)
  expect(() => random.normal([2], { stddev: -1 })).toThrow(ArgumentError)
  expect(() => random.normal([-2])).toThrow(ShapeError)
  expect(() => random.uniform([2], { dtype: 'int32' as never })).toThrow(DTypeError)
  expect(() => random.bernoulli([2], { probability: 1.2 })).toThrow(ArgumentError)
  expect(() => random.uniform([2], { generator: 3 as never })).toThrow(ArgumentError)
  expect(() => random.permutation(1.5)).toThrow(ShapeError)
})
