import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { zeros } from '../tensor/create.ts'
import { checkBothGradients, checkValues, testBackends } from './movement-test-cases.ts'
import { squeeze } from './squeeze.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; axis?: number | number[]; expected: number[] }>([
  { shape: [1, 3, 1], expected: [3] },
  { shape: [1, 3, 1], axis: 0, expected: [3, 1] },
  { shape: [1, 3, 1], axis: [-1, 0], expected: [3] },
  { shape: [2, 3], expected: [2, 3] },
  { shape: [1, 1], expected: [] },
  { shape: [], expected: [] },
  { shape: [1, 0], expected: [0] },
])('gives $shape with axis $axis the shape $expected', ({ shape, axis, expected }) => {
  checkValues(
    shape,
    (x) => squeeze(x, axis === undefined ? {} : { axis }),
    ({ values }) => ({ shape: expected, values }),
  )
})

test('copies nothing', () => {
  const x = zeros([1, 3])
  expect(squeeze(x).storage).toBe(x.storage)
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 1, 3, 1]], (x) => squeeze(x!))
  await checkBothGradients([[1]], (x) => squeeze(x!, { axis: 0 }))
})

test('refuses bad axes', () => {
  const x = zeros([1, 2])
  expect(() => squeeze(x, { axis: 1 })).toThrow(ShapeError)
  expect(() => squeeze(x, { axis: 1 })).toThrow(/squeeze: an axis to remove does not have size 1/)
  expect(() => squeeze(x, { axis: 2 })).toThrow(/axis is outside the tensor's dimensions/)
  expect(() => squeeze(x, [0] as never)).toThrow(ArgumentError)
})
