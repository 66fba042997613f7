import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError, UnsupportedError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { at, checkBothGradients, checkValues, plain, testBackends } from './movement-test-cases.ts'
import { repeat } from './repeat.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; repeats: number | number[]; axis: number; from: number[] }>([
  { shape: [3], repeats: 2, axis: 0, from: [0, 0, 1, 1, 2, 2] },
  { shape: [3], repeats: [2], axis: 0, from: [0, 0, 1, 1, 2, 2] },
  { shape: [3], repeats: [2, 0, 1], axis: 0, from: [0, 0, 2] },
  { shape: [3], repeats: 0, axis: 0, from: [] },
  { shape: [3], repeats: [0, 0, 0], axis: 0, from: [] },
  { shape: [2, 3], repeats: 2, axis: 0, from: [0, 0, 1, 1] },
  { shape: [2, 3], repeats: [1, 3, 0], axis: -1, from: [0, 1, 1, 1] },
  { shape: [2, 2, 2], repeats: [2, 1], axis: 1, from: [0, 0, 1] },
  { shape: [0, 2], repeats: 3, axis: 0, from: [] },
  { shape: [0, 2], repeats: [], axis: 0, from: [] },
  { shape: [2, 0], repeats: [2, 1], axis: 0, from: [0, 0, 1] },
  { shape: [2, 1, 2, 1, 2], repeats: 2, axis: 2, from: [0, 0, 1, 1] },
])('repeats slices of $shape $repeats times along $axis', ({ shape, repeats, axis, from }) => {
  const along = (axis + shape.length) % shape.length
  checkValues(
    shape,
    (x) => repeat(x, repeats, { axis }),
    (x) => plain(shape.with(along, from.length), (index) => at(x, index.with(along, from[index[along]!]!))),
  )
})

test.each([[[2, 3]], [[]], [[0, 2]]])('repeats all elements of %j as one row', (shape) => {
  checkValues(
    shape,
    (x) => repeat(x, 2),
    ({ values }) => ({ shape: [2 * values.length], values: values.flatMap((value) => [value, value]) }),
  )
})

test('counts each element of a matrix without an axis', () => {
  const x = tensor([
    [1, Number.NaN],
    [-0, 4],
  ])
  expect([...repeat(x, [1, 2, 1, 0]).dataSync()]).toEqual([1, Number.NaN, Number.NaN, -0])
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 2]], (x) => repeat(x!, 3))
  await checkBothGradients([[2, 2]], (x) => repeat(x!, 2, { axis: 0 }))
  await checkBothGradients([[3, 2]], (x) => repeat(x!, [2, 0, 1], { axis: 0 }))
  await checkBothGradients([[]], (x) => repeat(x!, 2))
})

test('refuses bad repeats and axes', () => {
  const x = zeros([2, 3])
  expect(() => repeat(x, -1)).toThrow(ArgumentError)
  expect(() => repeat(x, [1, 0.5], { axis: 0 })).toThrow(
    /^repeat: repeats is not a whole number of at least 0/,
  )
  expect(() => repeat(x, tensor([1, 2]) as never, { axis: 0 })).toThrow(/await repeats\.data\(\)/)
  expect(() => repeat(x, [1, 2, 3], { axis: 0 })).toThrow(ShapeError)
  expect(() => repeat(x, [1, 2], { axis: 1 })).toThrow(/^repeat: there is not one count for each element/)
  expect(() => repeat(x, 2, { axis: 2 })).toThrow(/^repeat: axis is outside/)
  expect(() => repeat(x, Number.MAX_SAFE_INTEGER)).toThrow(ShapeError)
  expect(() => repeat(x, [2 ** 40, 1], { axis: 0 })).toThrow(UnsupportedError)
})
