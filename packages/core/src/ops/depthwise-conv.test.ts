import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { ones } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { depthwiseConv1d, depthwiseConv2d } from './depthwise-conv.ts'
import { testBackends } from './movement-test-cases.ts'

// Values, layouts, kernels and gradients are tested with those of all convolutions, in conv.test.ts.

beforeEach(() => setBackend(testBackends[0]!))

test('refuses wrong arguments', () => {
  const x = ones([1, 5, 2])
  const kernel = ones([2, 2, 1])
  const refused =
    (options: object): (() => Tensor) =>
    () =>
      depthwiseConv1d(x, kernel, options)
  expect(() => depthwiseConv2d(x, kernel)).toThrow(/depthwiseConv2d: x does not have 4 dimensions/)
  expect(() => depthwiseConv1d(x, [1] as never)).toThrow(ArgumentError)
  expect(() => depthwiseConv1d(x, ones([2, 3, 1]))).toThrow(/the channels do not fit/)
  expect(() => depthwiseConv1d(x, ones([6, 2, 1]))).toThrow(ShapeError)
  expect(refused({ groups: 2 })).toThrow(/unknown option "groups"/)
  expect(refused({ strides: 1.5 })).toThrow(ArgumentError)
})
