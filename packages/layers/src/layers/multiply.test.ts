import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { Multiply } from './multiply.ts'

setBackend(referenceBackend())

test('values', () => {
  const inputs = [tensor([[1, 2]]), tensor([[3, 4]]), tensor([[5, 6]])]
  expect(new Multiply().apply(inputs).arraySync()).toEqual([[15, 48]])
})

test('what a mask leaves out counts as 1, and what all leave out is 0', () => {
  const a = tensor([[[2], [3], [Number.NaN]]])
  const b = tensor([[[5], [7], [11]]])
  const [first, second] = [tensor([[true, false, false]]), tensor([[true, true, false]])]
  const layer = new Multiply()
  expect(layer.apply([a, b], { mask: [first, second] }).arraySync()).toEqual([[[10], [7], [0]]])
  expect(layer.apply([a, b], { mask: [first, null] }).arraySync()).toEqual([[[10], [7], [11]]])
})
