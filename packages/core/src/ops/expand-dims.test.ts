import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { expandDims } from './expand-dims.ts'
import { checkBothGradients, checkValues, testBackends } from './movement-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; axis: number | number[]; expected: number[] }>([
  { shape: [2, 3], axis: 0, expected: [1, 2, 3] },
  { shape: [2, 3], axis: 1, expected: [2, 1, 3] },
  { shape: [2, 3], axis: -1, expected: [2, 3, 1] },
  { shape: [2, 3], axis: [0, -1], expected: [1, 2, 3, 1] },
  { shape: [2, 3], axis: [3, 1], expected: [2, 1, 3, 1] },
  { shape: [2, 3], axis: [], expected: [2, 3] },
  { shape: [], axis: [0, 1], expected: [1, 1] },
  { shape: [0, 3], axis: 1, expected: [0, 1, 3] },
])('gives $shape with axis $axis the shape $expected', ({ shape, axis, expected }) => {
  checkValues(
    shape,
    (x) => expandDims(x, { axis }),
    ({ values }) => ({ shape: expected, values }),
  )
})

test('copies nothing and stays contiguous', () => {
  const x = zeros([2, 3])
  const out = expandDims(x, { axis: [0, 2] })
  expect(out.storage).toBe(x.storage)
  expect(out.strides).toEqual([6, 3, 3, 1])
  expect(out.contiguous).toBe(true)
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) => expandDims(x!, { axis: [0, 2, -1] }))
  await checkBothGradients([[]], (x) => expandDims(x!, { axis: 0 }))
})

test('refuses bad axes', () => {
  const x = tensor([1, 2])
  expect(() => expandDims(x, { axis: 2 })).toThrow(ShapeError)
  expect(() => expandDims(x, { axis: 2 })).toThrow(/expandDims: axis is outside the tensor's dimensions/)
  expect(() => expandDims(x, { axis: [0, -3] })).toThrow(/an axis is named twice/)
  expect(() => expandDims(x, {} as never)).toThrow(ArgumentError)
  expect(() => expandDims(x, 0 as never)).toThrow(/the options are not an object/)
})
