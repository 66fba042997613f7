import { ArgumentError, setBackend, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { Subtract } from './subtract.ts'

setBackend(referenceBackend())

test('values', () => {
  expect(new Subtract().apply([tensor([[5, 2]]), tensor([[3, 4]])]).arraySync()).toEqual([[2, -2]])
})

test.each([1, 3])('%d inputs', (count) => {
  const inputs = Array.from({ length: count }, () => zeros([1, 2]))
  expect(() => new Subtract().apply(inputs)).toThrow(ArgumentError)
  expect(() => new Subtract().apply(inputs)).toThrow(/another number of inputs[\s\S]*2/)
})
