import { expect, test } from 'vitest'
import { ShapeError } from '../errors/index.ts'
import {
  broadcastShape,
  isRowMajor,
  normalizeAxes,
  normalizeAxis,
  rowMajorStrides,
  sameShape,
  sizeOf,
} from './shape.ts'

test('counts elements', () => {
  expect([sizeOf([]), sizeOf([5]), sizeOf([2, 3, 4]), sizeOf([2, 0, 4])]).toEqual([1, 5, 24, 0])
})

test('lays dimensions out in row-major order', () => {
  expect(rowMajorStrides([])).toEqual([])
  expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1])
  expect(rowMajorStrides([2, 1, 4])).toEqual([4, 4, 1])
})

test.each([
  [[], [], true],
  [[2, 3], [3, 1], true],
  [[2, 3], [1, 2], false],
  [[2, 3], [0, 1], false],
  [[2, 1, 3], [3, 99, 1], true],
  [[1], [-1], true],
  [[3], [-1], false],
  [[3], [2], false],
])('knows whether shape %j with strides %j has gaps', (shape, strides, expected) => {
  expect(isRowMajor(shape, strides)).toBe(expected)
})

test('compares shapes', () => {
  expect(sameShape([2, 3], [2, 3])).toBe(true)
  expect(sameShape([2, 3], [3, 2])).toBe(false)
  expect(sameShape([2], [2, 1])).toBe(false)
  expect(sameShape([], [])).toBe(true)
})

test.each([
  [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
  [[], [4], [4]],
  [[3], [2, 1], [2, 3]],
  [
    [5, 1, 4],
    [3, 1],
    [5, 3, 4],
  ],
  [[1], [0], [0]],
  [[0], [1, 1], [1, 0]],
  [[2], [3], undefined],
  [[0], [2], undefined],
  [[2, 3], [2], undefined],
])('broadcasts %j and %j to %j, in either order', (a, b, expected) => {
  expect(broadcastShape(a, b)).toEqual(expected)
  expect(broadcastShape(b, a)).toEqual(expected)
})

test('counts axes from either end', () => {
  expect([-3, -1, 0, 2].map((axis) => normalizeAxis('sum', axis, 3))).toEqual([0, 2, 0, 2])
  expect(Object.is(normalizeAxis('sum', -0, 3), 0)).toBe(true)
  for (const axis of [-4, 3, 0.5, Number.NaN, '0']) {
    expect(() => normalizeAxis('sum', axis as number, 3)).toThrow(ShapeError)
  }
  expect(() => normalizeAxis('sum', 3, 3)).toThrow(
    "sum: axis is outside the tensor's dimensions.\n  axis: 3\n  rank: 3\n  expected: a whole number from -3 to 2",
  )
  expect(() => normalizeAxis('sum', 0, 0)).toThrow(/a scalar has none/)
})

test('sorts lists of axes, and takes all where none is named', () => {
  expect(normalizeAxes('sum', undefined, 3)).toEqual([0, 1, 2])
  expect(normalizeAxes('sum', 1, 3)).toEqual([1])
  expect(normalizeAxes('sum', [-1, 0], 3)).toEqual([0, 2])
  expect(normalizeAxes('sum', [], 3)).toEqual([])
  expect(() => normalizeAxes('sum', [0, -3], 3)).toThrow(/sum: an axis is named twice/)
})
