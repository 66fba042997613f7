import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { Average } from './average.ts'

setBackend(referenceBackend())

test('values', () => {
  const inputs = [tensor([[1, 2]]), tensor([[3, 4]]), tensor([[5, 6]])]
  expect(new Average().apply(inputs).arraySync()).toEqual([[3, 4]])
  const special = [tensor([[Number.NaN, Infinity]]), tensor([[1, -Infinity]])]
  expect(new Average().apply(special).arraySync()).toEqual([[Number.NaN, Number.NaN]])
})
