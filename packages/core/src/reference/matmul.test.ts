import { expect, test } from 'vitest'
import { dtypes } from '../tensor/dtype.ts'
import { referenceBackend } from './index.ts'
import { contents, input, output } from './test-views.ts'

const backend = referenceBackend()

test.each(dtypes.filter((dtype) => dtype !== 'bool'))('multiplies matrices of %s', (dtype) => {
  const a = input(backend, dtype, [1, 2, 3, 4, 5, 6], { shape: [1, 2, 3] })
  const b = input(backend, dtype, [1, 0, 2, 1, 0, 3], { shape: [1, 3, 2] })
  const out = output(backend, dtype, [1, 2, 2])
  backend.matmul(a, b, out)
  expect(contents(out)).toEqual([5, 11, 14, 23])
})

test('multiplies batches of transposed, flipped and repeated matrices', () => {
  // a[0] = [[1, 3], [2, 4]], a[1] = [[5, 7], [6, 8]]; b[0] = b[1] = [[3], [2]]
  const a = input(backend, 'float64', [1, 2, 3, 4, 5, 6, 7, 8], { shape: [2, 2, 2], strides: [4, 1, 2] })
  const b = input(backend, 'float64', [9, 2, 3], { shape: [2, 2, 1], strides: [0, -1, 1], offset: 2 })
  const out = output(backend, 'float64', [2, 2, 1])
  backend.matmul(a, b, out)
  expect(contents(out)).toEqual([9, 14, 29, 34])
})

test('sums of float32 are rounded once', () => {
  const a = input(backend, 'float32', [2 ** 24, 1, 1], { shape: [1, 1, 3] })
  const b = input(backend, 'float32', [1, 1, 1], { shape: [1, 3, 1] })
  const out = output(backend, 'float32', [1, 1, 1])
  backend.matmul(a, b, out)
  expect(contents(out)).toEqual([2 ** 24 + 2])
})

test('integers wrap', () => {
  const a = input(backend, 'int32', [123456789, 1], { shape: [1, 1, 2] })
  const b = input(backend, 'int32', [987654321, -(2 ** 31)], { shape: [1, 2, 1] })
  const out = output(backend, 'int32', [1, 1, 1])
  backend.matmul(a, b, out)
  expect(contents(out)).toEqual([Number(BigInt.asIntN(32, 123456789n * 987654321n - 2n ** 31n))])
})

test('NaN and infinities follow IEEE 754', () => {
  const a = input(backend, 'float32', [Infinity, 1, Number.NaN, 0, Infinity, -Infinity], { shape: [1, 3, 2] })
  const b = input(backend, 'float32', [1, 1], { shape: [1, 2, 1] })
  const out = output(backend, 'float32', [1, 3, 1])
  backend.matmul(a, b, out)
  expect(contents(out)).toEqual([Infinity, Number.NaN, Number.NaN])
})
