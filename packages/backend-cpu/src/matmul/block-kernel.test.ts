import { expect, test } from 'vitest'
import { splitRows } from './block-kernel.ts'

test('splits every number of rows exactly', () => {
  for (const size of [4, 5]) {
    for (const canBeTall of [false, true]) {
      for (let rows = 1; rows <= 300; rows++) {
        const { tall, common, rest } = splitRows(rows, size, canBeTall)
        expect((size + 1) * tall + size * common + rest).toBe(rows)
        expect(rest).toBeLessThan(size)
        if (!canBeTall) expect(tall).toBe(0)
      }
    }
  }
})

test('uses few tiles of fewer than four rows', () => {
  expect(splitRows(32, 4, true)).toEqual({ tall: 4, common: 3, rest: 0 })
  expect(splitRows(120, 4, true)).toEqual({ tall: 24, common: 0, rest: 0 })
  expect(splitRows(7, 4, true)).toEqual({ tall: 0, common: 1, rest: 3 })
})
