import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { Add } from './add.ts'

setBackend(referenceBackend())

test('values', () => {
  const inputs = [tensor([[1, 2]]), tensor([[3, 4]]), tensor([[5, 6]])]
  expect(new Add().apply(inputs).arraySync()).toEqual([[9, 12]])
  const special = [tensor([[Number.NaN, Infinity]]), tensor([[1, -Infinity]])]
  expect(new Add().apply(special).arraySync()).toEqual([[Number.NaN, Number.NaN]])
})
