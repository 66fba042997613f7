import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { Maximum } from './maximum.ts'

setBackend(referenceBackend())

test('values', () => {
  const inputs = [tensor([[1, 6]]), tensor([[3, 2]]), tensor([[5, 4]])]
  expect(new Maximum().apply(inputs).arraySync()).toEqual([[5, 6]])
})

test('what a mask leaves out has no influence', () => {
  const [low, high] = [-1000, 1000]
  const a = tensor([[[2], [low], [high]]])
  const b = tensor([[[5], [7], [11]]])
  const [first, second] = [tensor([[true, false, false]]), tensor([[true, true, true]])]
  const layer = new Maximum()
  expect(layer.apply([a, b], { mask: [first, second] }).arraySync()).toEqual([[[5], [7], [11]]])
  expect(layer.apply([a, b], { mask: [first, null] }).arraySync()).toEqual([[[5], [7], [11]]])
  expect(layer.apply([b, a], { mask: [null, first] }).arraySync()).toEqual([[[5], [7], [11]]])
})
