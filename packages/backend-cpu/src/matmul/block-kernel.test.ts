import { expect, test } from 'vitest'
import { splitRows } from './block-kernel.ts'

test('splits every number of rows exactly', () => {
  for (const canBeTall of [false, true]) {
    for (let rows = 1; rows <= 300; rows++) {
      const { tall, common, rest } = splitRows(rows, canBeTall)
      expect(5 * tall + 4 * common + rest).toBe(rows)
      expect(rest).toBeLessThan(4)
      if (!canBeTall) expect(tall).toBe(0)
    }
  }
})

test('uses few tiles of fewer than four rows', () => {
  expect(splitRows(32, true)).toEqual({ tall: 4, common: 3, rest: 0 })
  expect(splitRows(120, true)).toEqual({ tall: 24, common: 0, rest: 0 })
  expect(splitRows(7, true)).toEqual({ tall: 0, common: 1, rest: 3 })
})
