import { beforeEach, describe, expect, test } from 'vitest'
import type { View } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { layoutOf, testBackend } from '../backend/test-backend.ts'
import { rowMajorStrides, type Shape } from '../tensor/shape.ts'
import { Storage } from '../tensor/storage.ts'
import { broadcastStrides, expandView, mergeDimensions, viewOf } from './views.ts'

let storage: Storage

beforeEach(() => {
  const backend = testBackend()
  setBackend(backend)
  storage = new Storage(backend, 'float32', 1000) as Storage
})

const view = (shape: Shape, strides: readonly number[] = rowMajorStrides(shape), offset = 0): View =>
  viewOf(storage, 'float32', shape, strides, offset)

function merged(views: readonly View[], fixed?: number): { layouts: string[]; axis: number } {
  const result = mergeDimensions(views, fixed)
  return { layouts: result.views.map(layoutOf), axis: result.axis }
}

test('a view counts its elements and knows whether they lie in order', () => {
  expect(view([2, 3], [3, 1], 5)).toMatchObject({ size: 6, contiguous: true, offset: 5 })
  expect(view([2, 3], [1, 2])).toMatchObject({ size: 6, contiguous: false })
  expect(view([], [])).toMatchObject({ size: 1, contiguous: true })
  expect(view([3], [0])).toMatchObject({ size: 3, contiguous: false })
})

test.each<[Shape, Shape, number[]]>([
  [[3], [2, 3], [0, 1]],
  [
    [2, 1],
    [2, 3],
    [1, 0],
  ],
  [
    [1, 1],
    [1, 4],
    [1, 0],
  ],
  [[], [2, 2], [0, 0]],
  [
    [2, 3],
    [2, 3],
    [3, 1],
  ],
])('a view of shape %j is broadcast to %j by strides %j', (from, to, strides) => {
  expect(broadcastStrides(view(from), to)).toEqual(strides)
  expect(expandView(view(from), to)).toMatchObject({ shape: to, strides })
})

test('a view of the shape already is not copied', () => {
  const x = view([2, 3])
  expect(expandView(x, [2, 3])).toBe(x)
})

describe('merging', () => {
  test.each<[string, View['shape'], number[], string]>([
    ['all of a contiguous view', [2, 3, 4], [12, 4, 1], '[24] by [1]'],
    ['nothing of a transposed one', [3, 2], [1, 3], '[3,2] by [1,3]'],
    ['what lies together', [2, 3, 4, 5], [1, 40, 10, 2], '[2,60] by [1,2]'],
    ['dimensions of size 1 away', [1, 5, 1, 2, 1], [77, 2, -3, 1, 0], '[10] by [1]'],
    ['repeated elements', [2, 3, 4], [0, 0, 1], '[6,4] by [0,1]'],
    ['a flipped view whole', [2, 3], [-3, -1], '[6] by [-1]'],
    ['nothing where only one axis is flipped', [2, 3], [-3, 1], '[2,3] by [-3,1]'],
    ['a single element to no dimensions', [1, 1], [5, 7], '[] by []'],
    ['nothing of a scalar', [], [], '[] by []'],
  ])('takes %s', (_, shape, strides, expected) => {
    expect(merged([view(shape, strides)]).layouts).toEqual([expected])
  })

  test('needs dimensions that all views walk in one stride', () => {
    const x = view([2, 3, 4])
    expect(merged([x, view([2, 3, 4])]).layouts).toEqual(['[24] by [1]', '[24] by [1]'])
    expect(merged([x, view([2, 3, 4], [0, 4, 1])]).layouts).toEqual(['[2,12] by [12,1]', '[2,12] by [0,1]'])
    expect(merged([x, view([2, 3, 4], [3, 1, 6])]).layouts).toEqual(['[6,4] by [4,1]', '[6,4] by [1,6]'])
  })

  test('leaves a fixed dimension alone, of size 1 too, and says where it went', () => {
    const x = view([2, 3, 4, 5])
    expect(merged([x], 0)).toEqual({ layouts: ['[2,60] by [60,1]'], axis: 0 })
    expect(merged([x], 1)).toEqual({ layouts: ['[2,3,20] by [60,20,1]'], axis: 1 })
    expect(merged([x], 2)).toEqual({ layouts: ['[6,4,5] by [20,5,1]'], axis: 1 })
    expect(merged([x], 3)).toEqual({ layouts: ['[24,5] by [5,1]'], axis: 1 })
    expect(merged([view([1, 2, 1, 3])], 2)).toEqual({ layouts: ['[2,1,3] by [3,3,1]'], axis: 1 })
    expect(merged([view([1])], 0)).toEqual({ layouts: ['[1] by [1]'], axis: 0 })
  })

  test('takes other sizes along the fixed dimension', () => {
    const { layouts, axis } = merged([view([2, 3, 7, 4, 5]), view([2, 3, 1, 4, 5])], 2)
    expect(layouts).toEqual(['[6,7,20] by [140,20,1]', '[6,1,20] by [20,20,1]'])
    expect(axis).toBe(1)
  })

  test('keeps the offset', () => {
    expect(mergeDimensions([view([2, 3], [3, 1], 9)]).views[0]).toMatchObject({ offset: 9, contiguous: true })
  })
})
