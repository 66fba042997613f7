import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { conv1d } from './conv.ts'
import { type ConvTransposeOptions, convTranspose1d, convTranspose2d } from './conv-transpose.ts'
import { testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { expectClose } from './neural-test-cases.ts'
import { sum } from './sum.ts'

// Values, layouts, kernels and gradients are tested with those of all convolutions, in conv.test.ts.

beforeEach(() => setBackend(testBackends[0]!))

test('is the gradient of a convolution with respect to its input', () => {
  const wave = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(3 * i))
  const kernel = tensor(wave(12), { shape: [3, 2, 2] })
  for (const options of [{ strides: 2 }, { padding: 'same' }, { dilationRate: 2 }] as const) {
    const x = tensor(wave(14), { shape: [1, 7, 2] })
    const g = tensor(wave(conv1d(x, kernel, options).size), { shape: conv1d(x, kernel, options).shape })
    const gradient = grad((y: Tensor) => sum(mul(conv1d(y, kernel, options), g)))(x)
    expectClose(convTranspose1d(g, kernel, options).dataSync(), [...gradient.dataSync()], {
      dtype: 'float32',
    })
  }
})

test.each<{ options: ConvTransposeOptions; length: number }>([
  { options: {}, length: 7 },
  { options: { strides: 2 }, length: 11 },
  { options: { strides: 4 }, length: 20 },
  { options: { strides: 4, outputPadding: 3 }, length: 22 },
  { options: { strides: 2, padding: 'same' }, length: 10 },
  { options: { strides: 3, padding: 'same', outputPadding: 0 }, length: 13 },
  { options: { strides: 2, padding: [[1, 2]] }, length: 8 },
  { options: { strides: 2, padding: [[1, 2]], outputPadding: 1 }, length: 9 },
  { options: { dilationRate: 3 }, length: 11 },
])('of 5 steps with $options has $length', ({ options, length }) => {
  expect(convTranspose1d(ones([1, 5, 1]), ones([3, 1, 1]), options).shape).toEqual([1, length, 1])
})

test('refuses wrong arguments', () => {
  const x = ones([1, 5, 2])
  const kernel = ones([2, 3, 2])
  const refused =
    (options: object): (() => Tensor) =>
    () =>
      convTranspose1d(x, kernel, options)
  expect(() => convTranspose2d(x, kernel)).toThrow(ShapeError)
  expect(() => convTranspose1d([1] as never, kernel)).toThrow(ArgumentError)
  expect(() => convTranspose1d(x, ones([2, 2, 3]))).toThrow(/\[\.\.\.size, out, in\]/)
  expect(() => convTranspose1d(x, kernel, { groups: 3 })).toThrow(/a multiple of 3 groups/)
  expect(refused({ outputPadding: 1 })).toThrow(/outputPadding is not less than the stride/)
  expect(refused({ strides: 2, outputPadding: -1 })).toThrow(/outputPadding is not made of whole numbers/)
  expect(refused({ padding: [[4, 4]] })).toThrow(/cuts off more than there is/)
  expect(refused({ padding: 'causal' })).toThrow(/padding is none that there is/)
  expect(refused({ outputPad: 1 })).toThrow(/unknown option "outputPad"/)
})
