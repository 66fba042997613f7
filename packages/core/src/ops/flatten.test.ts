import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { zeros } from '../tensor/create.ts'
import { flatten } from './flatten.ts'
import { checkBothGradients, checkValues, testBackends } from './movement-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; startAxis?: number; expected: number[] }>([
  { shape: [2, 3, 2], expected: [12] },
  { shape: [2, 3, 2], startAxis: 1, expected: [2, 6] },
  { shape: [2, 3, 2], startAxis: -1, expected: [2, 3, 2] },
  { shape: [3], startAxis: 1, expected: [3, 1] },
  { shape: [], expected: [1] },
  { shape: [2, 0, 3], startAxis: 1, expected: [2, 0] },
  { shape: [0, 3], startAxis: 1, expected: [0, 3] },
])('gives $shape from axis $startAxis the shape $expected', ({ shape, startAxis, expected }) => {
  checkValues(
    shape,
    (x) => flatten(x, startAxis === undefined ? {} : { startAxis }),
    ({ values }) => ({ shape: expected, values }),
  )
})

test('does not copy contiguous tensors', () => {
  const x = zeros([2, 3])
  expect(flatten(x).storage).toBe(x.storage)
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3, 2]], (x) => flatten(x!, { startAxis: 1 }))
  await checkBothGradients([[]], (x) => flatten(x!))
})

test('refuses bad axes', () => {
  const x = zeros([2, 3])
  expect(() => flatten(x, { startAxis: 3 })).toThrow(ShapeError)
  expect(() => flatten(x, { startAxis: -3 })).toThrow(/flatten: startAxis is outside the tensor's dimensions/)
  expect(() => flatten(x, 1 as never)).toThrow(ArgumentError)
  expect(() => flatten(3 as never)).toThrow(/x is not a tensor/)
})
