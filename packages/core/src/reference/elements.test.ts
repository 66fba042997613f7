import { expect, test } from 'vitest'
import {
  castTo,
  forEachPosition,
  outputElements,
  readElements,
  readOperand,
  splitAtAxis,
} from './elements.ts'
import { referenceBackend } from './reference-backend.ts'
import { input, type Layout } from './test-views.ts'

const backend = referenceBackend()
const sixRanks = { shape: [2, 1, 2, 1, 2, 2], strides: [8, 5, 4, 3, 1, 2] }

const layouts: readonly (readonly [name: string, layout: Layout, expected: readonly number[]])[] = [
  ['a scalar', { shape: [], strides: [], offset: 3 }, [3]],
  ['a whole storage', { shape: [2, 3] }, [0, 1, 2, 3, 4, 5]],
  ['an offset', { shape: [2, 2], offset: 5 }, [5, 6, 7, 8]],
  ['a transposed matrix', { shape: [3, 2], strides: [1, 3] }, [0, 3, 1, 4, 2, 5]],
  ['repeated rows', { shape: [2, 3], strides: [0, 1] }, [0, 1, 2, 0, 1, 2]],
  ['a repeated scalar', { shape: [2, 2], strides: [0, 0], offset: 7 }, [7, 7, 7, 7]],
  ['a flipped vector', { shape: [4], strides: [-1], offset: 3 }, [3, 2, 1, 0]],
  ['both axes flipped', { shape: [2, 3], strides: [-3, -1], offset: 5 }, [5, 4, 3, 2, 1, 0]],
  ['every other column', { shape: [2, 2], strides: [4, 2], offset: 1 }, [1, 3, 5, 7]],
  ['six dimensions', sixRanks, [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15]],
]

test.each(layouts)('walks %s in row-major order', (_, layout, expected) => {
  const view = input(
    backend,
    'int32',
    Array.from({ length: 16 }, (_, i) => i),
    layout,
  )
  const positions: number[] = []
  forEachPosition(view, (position) => positions.push(position))
  expect(positions).toEqual(expected)
  expect([...readElements(view)]).toEqual(expected)
})

test('a number becomes elements of the dtype, rounded', () => {
  expect(readOperand(0.1, 'float32', 2)).toEqual(Float32Array.of(Math.fround(0.1), Math.fround(0.1)))
  expect(readOperand(7, 'bool', 3)).toEqual(Uint8Array.of(1, 1, 1))
})

test('output elements share the memory of the storage', () => {
  const view = input(backend, 'int32', [1, 2, 3, 4], { shape: [2], offset: 1 })
  outputElements(view).fill(9)
  expect([...view.storage.handle]).toEqual([1, 9, 9, 4])
})

test('casts', () => {
  const values = [2.9, -2.9, 300, 2 ** 31, 2 ** 32 + 5.5, Number.NaN, Infinity, -0]
  expect(values.map(castTo('int32'))).toEqual([2, -2, 300, -(2 ** 31), 5, 0, 0, 0])
  expect(values.map(castTo('uint8'))).toEqual([2, 254, 44, 0, 5, 0, 0, 0])
  expect(values.map(castTo('bool'))).toEqual([1, 1, 1, 1, 1, 1, 1, 0])
  expect([0.1, 1e39, -0].map(castTo('float32'))).toEqual([Math.fround(0.1), Infinity, -0])
  expect([0.1, 1e39, -0].map(castTo('float64'))).toEqual([0.1, 1e39, -0])
})

test('splits a shape at an axis', () => {
  expect(splitAtAxis([2, 3, 4, 5], 0)).toEqual({ outer: 1, length: 2, inner: 60 })
  expect(splitAtAxis([2, 3, 4, 5], 2)).toEqual({ outer: 6, length: 4, inner: 5 })
  expect(splitAtAxis([2, 3, 4, 5], 3)).toEqual({ outer: 24, length: 5, inner: 1 })
})
