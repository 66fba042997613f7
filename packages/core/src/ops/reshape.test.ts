import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { arange, ones, scalar, zeros } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import { checkBothGradients, checkValues, testBackends } from './movement-test-cases.ts'
import { reshape } from './reshape.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<[Shape, Shape]>([
  [
    [2, 3],
    [3, 2],
  ],
  [[6], [1, 6, 1]],
  [[2, 3, 4], [24]],
  [[1], []],
  [
    [2, 0],
    [0, 5, 7],
  ],
  [
    [2, 1, 3, 1, 2],
    [2, 2, 3],
  ],
])('keeps the elements of %j in row-major order as %j', (from, to) => {
  checkValues(
    from,
    (x) => reshape(x, to),
    ({ values }) => ({ shape: to, values }),
  )
})

test('works out one size', () => {
  expect(reshape(arange(12), [3, -1]).shape).toEqual([3, 4])
  expect(reshape(scalar(1), [-1]).shape).toEqual([1])
  expect(reshape(zeros([0, 3]), [-1, 3]).shape).toEqual([0, 3])
})

test('copies only what does not lie in order', () => {
  const x = arange(6)
  expect(reshape(x, [2, 3]).storage).toBe(x.storage)
  const turned = transpose(reshape(x, [2, 3]))
  expect(reshape(turned, [6]).storage).not.toBe(x.storage)
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) => reshape(x!, [3, 2]))
})

test('refuses sizes that do not hold the elements', () => {
  const x = ones([2, 3])
  expect(() => reshape(x, [4])).toThrow(ShapeError)
  expect(() => reshape(x, [4])).toThrow(
    /^reshape: the shape holds another number of elements\.\n {2}x: float32\[2, 3\]\n {2}shape: \[4\]\n {2}elements: 6/,
  )
  expect(() => reshape(x, [4, -1])).toThrow(ShapeError)
  expect(() => reshape(zeros([0]), [0, -1])).toThrow(ShapeError)
  expect(() => reshape(x, [-1, -1])).toThrow(/more than one size is −1/)
  expect(() => reshape(x, [-2, -3])).toThrow(ShapeError)
  expect(() => reshape(x, 6 as never)).toThrow(ArgumentError)
  expect(() => reshape([1] as never, [1])).toThrow(/reshape: x is not a tensor/)
})
