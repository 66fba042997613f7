import { ones, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { type Interpolation, resizeAlong } from './interpolation.ts'

setBackend(referenceBackend())

type Name = Exclude<Interpolation, 'nearest'>

// From NumPy, by the formulas of Keras's NumPy backend.
const threeTimes: Readonly<Record<Name, readonly number[]>> = {
  bilinear: [1, 1, 2, 3, 4, 2, 0, -2, -0.333333, 1.333333, 3, 3],
  bicubic: [0.684211, 1, 2.034483, 3.464286, 4, 2.259259, -0.481481, -2, -0.821429, 1.413793, 3, 3.526316],
  lanczos3: [0.237006, 1, 2.303598, 3.722848, 4, 2.157827, -0.660312, -2, -0.957623, 1.178746, 3, 4.092929],
  lanczos5: [-0.256775, 1, 2.514847, 3.835349, 4, 2.091429, -0.801141, -2, -0.974651, 1.023573, 3, 4.558912],
}

test.each(Object.entries(threeTimes) as [Name, readonly number[]][])('%s', (interpolation, expected) => {
  const options = { axis: 1, factor: 3, interpolation }
  const y = resizeAlong(tensor([1, 4, -2, 3], { shape: [1, 4, 1] }), options)
  expect(y.shape).toEqual([1, 12, 1])
  y.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
  const even = resizeAlong(ones([1, 2, 2], { dtype: 'float64' }), options)
  expect(even.dtype).toBe('float64')
  for (const value of even.dataSync()) expect(value).toBeCloseTo(1, 12)
})

test('integers give float32', () => {
  const x = tensor([1, 2], { shape: [1, 2], dtype: 'int32' })
  const y = resizeAlong(x, { axis: 1, factor: 2, interpolation: 'bilinear' })
  expect(y.dtype).toBe('float32')
  expect(y.arraySync()).toEqual([[1, 1.25, 1.75, 2]])
})
