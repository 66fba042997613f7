import { setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { standardizer } from './standardize.ts'

setBackend(referenceBackend())

test('features have mean 0 and deviation 1 over the rows it was made of', () => {
  const rows = [
    [1, 10],
    [3, 10],
  ]
  expect(standardizer(rows)(rows).arraySync()).toEqual([
    [-1, 0],
    [1, 0],
  ])
})

test('other rows are measured by the first ones', () => {
  expect(
    standardizer([
      [1, 10],
      [3, 10],
    ])([[5, 11]]).arraySync(),
  ).toEqual([[3, 1]])
})
