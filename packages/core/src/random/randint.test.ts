import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DTypeError } from '../errors/index.ts'
import * as random from './index.ts'

beforeEach(() => setBackend(testBackend()))

test('every number comes equally often, both ends included', () => {
  const values = random.randint([14_000], { min: -3, max: 4, seed: 1 }).arraySync() as number[]
  const counts = new Array<number>(7).fill(0)
  for (const value of values) counts[value + 3]!++
  const sum = counts.reduce((total, count) => total + (count - 2000) ** 2 / 2000, 0)
  // Chi-squared with 6 degrees of freedom: above 22.5 once in 1000.
  expect(sum).toBeLessThan(22.5)
})

test('the whole of each dtype can be drawn', () => {
  const words = random.randint([2000], { min: -(2 ** 31), max: 2 ** 31, seed: 2 })
  expect(words.dtype).toBe('int32')
  const values = words.arraySync() as number[]
  expect(Math.min(...values)).toBeLessThan(-2.1e9)
  expect(Math.max(...values)).toBeGreaterThan(2.1e9)
  const bytes = random.randint([5000], { max: 256, dtype: 'uint8', seed: 3 })
  expect(bytes.dtype).toBe('uint8')
  expect(new Set(bytes.arraySync() as number[]).size).toBe(256)
  expect(random.randint([3], { min: 5, max: 6 }).arraySync()).toEqual([5, 5, 5])
  expect(random.randint([], { max: 1 }).arraySync()).toBe(0)
})

test('bounds and dtypes that make no sense are refused', () => {
  for (const bounds of [
    { max: 0 },
    { min: 2, max: 2 },
    { max: 1.5 },
    { min: Number.NaN, max: 3 },
    { max: 2 ** 31 + 1 },
    { min: -1, max: 5, dtype: 'uint8' },
    { max: 257, dtype: 'uint8' },
    { max: '3' },
    {},
  ]) {
    expect(() => random.randint([2], bounds as never)).toThrow(ArgumentError)
    expect(() => random.randint([2], bounds as never)).toThrow(
      /^random\.randint: min and max are not whole numbers of the dtype[\s\S]*≤ min < max ≤/,
    )
  }
  expect(() => random.randint([2], undefined as never)).toThrow(ArgumentError)
  expect(() => random.randint([2], { max: 3, dtype: 'float32' as never })).toThrow(DTypeError)
})
