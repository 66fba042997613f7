import { expect, test } from 'vitest'
import {
  blockAlignment,
  blockPadding,
  blockSize,
  largestClassWithin,
  sizeClassCount,
  sizeClassOf,
} from './size-classes.ts'

const interesting = Array.from({ length: 32 }, (_, power) => 2 ** power).flatMap((size) => [
  size - 1,
  size,
  size + 1,
  Math.floor(1.25 * size),
  Math.floor(1.9 * size),
])

test.each(interesting)('a block for %i bytes fits, and no smaller one does', (bytes) => {
  const sizeClass = sizeClassOf(bytes)
  const capacity = blockSize(sizeClass) - blockPadding
  expect(capacity).toBeGreaterThanOrEqual(bytes)
  expect(capacity % blockAlignment).toBe(0)
  if (sizeClass > 0) expect(blockSize(sizeClass - 1) - blockPadding).toBeLessThan(bytes)
  if (bytes > 256) expect(capacity).toBeLessThanOrEqual(1.25 * bytes)
})

test('powers of two have no more than the padding', () => {
  for (let bytes = blockAlignment; bytes <= 2 ** 32; bytes *= 2) {
    expect(blockSize(sizeClassOf(bytes))).toBe(bytes + blockPadding)
  }
  expect(sizeClassOf(2 ** 32)).toBe(sizeClassCount - 1)
})

test('largestClassWithin is the inverse of blockSize', () => {
  expect(largestClassWithin(127)).toBe(-1)
  for (let sizeClass = 0; sizeClass < sizeClassCount; sizeClass++) {
    expect(largestClassWithin(blockSize(sizeClass))).toBe(sizeClass)
    expect(largestClassWithin(blockSize(sizeClass) - 1)).toBe(sizeClass - 1)
  }
})
