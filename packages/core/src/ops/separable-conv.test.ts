import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { ones } from '../tensor/create.ts'
import { conv2d } from './conv.ts'
import { depthwiseConv2d } from './depthwise-conv.ts'
import { checkBothGradients, expectBalanced, testBackends } from './movement-test-cases.ts'
import { forEachLayout } from './neural-test-cases.ts'
import { separableConv1d, separableConv2d } from './separable-conv.ts'

beforeEach(() => setBackend(testBackends[0]!))

test('is a depthwise convolution and one of the channels, in every layout and dtype', () => {
  forEachLayout([1, 3, 4, 2], (x, backend) => {
    const each = ones([2, 2, 2, 2], { backend, dtype: x.dtype })
    const point = ones([1, 1, 4, 3], { backend, dtype: x.dtype })
    const options = { padding: 'same', strides: 2 } as const
    const expected = conv2d(depthwiseConv2d(x, each, options), point)
    const result = separableConv2d(x, each, point, options)
    expect([result.dtype, result.shape]).toEqual([expected.dtype, expected.shape])
    expect([...result.dataSync()]).toEqual([...expected.dataSync()])
    expectBalanced(() => separableConv2d(x, each, point, options))
  })
})

test('has gradients of both orders', async () => {
  const shapes = [
    [1, 4, 2],
    [2, 2, 2],
    [1, 4, 2],
  ]
  await checkBothGradients(shapes, (x, each, point) =>
    separableConv1d(x!, each!, point!, { padding: 'same', strides: 2 }),
  )
})

test('refuses wrong arguments', () => {
  const x = ones([1, 5, 2])
  const each = ones([2, 2, 3])
  expect(() => separableConv1d(x, each, ones([1, 5, 3]))).toThrow(
    /pointwise kernel does not fit.*\[1, 6, out\]/s,
  )
  expect(() => separableConv1d(x, each, ones([2, 6, 3]))).toThrow(ShapeError)
  expect(() => separableConv1d(x, ones([2, 3, 1]), ones([1, 3, 3]))).toThrow(/the channels do not fit/)
  expect(() => separableConv1d(x, each, [1] as never)).toThrow(ArgumentError)
  expect(() => separableConv1d(x, each, ones([1, 6, 3]), { padding: 'full' as never })).toThrow(
    /padding is none/,
  )
})
