import { Storage } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { layoutOf, mergedLayoutOf } from './layout.ts'
import { viewOf } from './views.ts'

const storage = new Storage(referenceBackend(), 'float32', 1)
const view = (shape: readonly number[], strides: readonly number[]): Parameters<typeof layoutOf>[0] => ({
  ...viewOf({ storage: storage as never, offset: 0 }, shape, strides),
})

test.each([
  ['rows', [2, 3, 4], [12, 4, 1], { transposed: false, lead: 4 }],
  ['rows with gaps', [2, 3, 4], [60, 20, 1], { transposed: false, lead: 20 }],
  ['columns', [2, 3, 4], [12, 1, 3], { transposed: true, lead: 3 }],
  ['columns with gaps', [2, 3, 4], [99, 1, 8], { transposed: true, lead: 8 }],
  ['a row, whatever its stride', [1, 1, 4], [0, 0, 1], { transposed: false, lead: 4 }],
  ['every third element of a row', [1, 1, 4], [0, 1, 3], { transposed: true, lead: 3 }],
  ['a column, whatever its stride', [1, 3, 1], [0, 1, 0], { transposed: false, lead: 1 }],
  ['every fifth element of a column', [1, 3, 1], [0, 5, -7], { transposed: false, lead: 5 }],
  ['one element', [1, 1, 1], [0, 0, 0], { transposed: false, lead: 1 }],
])('reads %s', (_, shape, strides, expected) => {
  expect(layoutOf(view(shape, strides))).toEqual({ ...expected, batches: shape[0], rows: shape[1] })
})

test.each([
  ['repeated rows', [1, 3, 4], [0, 0, 1]],
  ['repeated columns', [1, 3, 4], [0, 1, 0]],
  ['a repeated element', [1, 3, 4], [0, 0, 0]],
  ['flipped rows', [1, 3, 4], [0, -4, 1]],
  ['flipped columns', [1, 3, 4], [0, 4, -1]],
  ['windows that overlap', [1, 3, 4], [0, 1, 1]],
  ['gaps both ways', [1, 3, 4], [0, 16, 2]],
])('does not read %s', (_, shape, strides) => {
  expect(layoutOf(view(shape, strides))).toBeUndefined()
})

test.each([
  ['without gaps', [2, 3, 4], [12, 4, 1], { transposed: false, lead: 4, batches: 1, rows: 6 }],
  ['with the same gaps', [2, 3, 4], [60, 20, 1], { transposed: false, lead: 20, batches: 1, rows: 6 }],
  ['of one row each', [5, 1, 4], [9, 0, 1], { transposed: false, lead: 9, batches: 1, rows: 5 }],
  ['column by column', [2, 3, 4], [3, 1, 6], { transposed: true, lead: 6, batches: 1, rows: 6 }],
  ['further apart', [2, 3, 4], [13, 4, 1], undefined],
  ['that repeat', [2, 3, 4], [0, 4, 1], undefined],
])('merges matrices %s', (_, shape, strides, expected) => {
  expect(mergedLayoutOf(view(shape, strides))).toEqual(expected)
})
