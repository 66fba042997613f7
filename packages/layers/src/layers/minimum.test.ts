import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { Minimum } from './minimum.ts'

setBackend(referenceBackend())

test('values', () => {
  const inputs = [tensor([[1, 6]]), tensor([[3, 2]]), tensor([[5, 4]])]
  expect(new Minimum().apply(inputs).arraySync()).toEqual([[1, 2]])
})

test('what a mask leaves out has no influence', () => {
  const [low, high] = [-1000, 1000]
  const a = tensor([[[2], [low], [high]]])
  const b = tensor([[[5], [7], [11]]])
  const [first, second] = [tensor([[true, false, false]]), tensor([[true, true, true]])]
  const layer = new Minimum()
  expect(layer.apply([a, b], { mask: [first, second] }).arraySync()).toEqual([[[2], [7], [11]]])
  expect(layer.apply([a, b], { mask: [first, null] }).arraySync()).toEqual([[[2], [7], [11]]])
  expect(layer.apply([b, a], { mask: [null, first] }).arraySync()).toEqual([[[2], [7], [11]]])
})
