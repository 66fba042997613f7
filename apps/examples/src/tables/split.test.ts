import { setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { split } from './split.ts'

setBackend(referenceBackend())

const rows = Array.from({ length: 10 }, (_, i) => i)

test('every row is in one of the parts', () => {
  const { train, test: held } = split(rows, 0.2, 1)
  expect(train).toHaveLength(8)
  expect(held).toHaveLength(2)
  expect([...train, ...held].sort((a, b) => a - b)).toEqual(rows)
})

test('a seed gives the same split, another seed another one', () => {
  expect(split(rows, 0.5, 1)).toEqual(split(rows, 0.5, 1))
  expect(split(rows, 0.5, 2)).not.toEqual(split(rows, 0.5, 1))
})
