import { expect, test } from 'vitest'
import type { ReduceOp } from '../backend/opcodes.ts'
import type { DType } from '../tensor/dtype.ts'
import { referenceBackend } from './index.ts'
import { contents, input, output } from './test-views.ts'

const backend = referenceBackend()
const { NaN: nan } = Number
const largest = 2 ** 31 - 1

const reductions: readonly (readonly [ReduceOp, DType, readonly number[], number])[] = [
  ['sum', 'float32', [1, 2, 3.5], 6.5],
  ['sum', 'float32', [2 ** 24, 1, 1], 2 ** 24 + 2],
  ['sum', 'float64', [1e16, 1, -1e16], 0],
  ['sum', 'float64', [-1e16, 1e16, 1], 1],
  ['sum', 'int32', [largest, 1, 1], -(2 ** 31) + 1],
  ['sum', 'uint8', [200, 100, 1], 45],
  ['sum', 'bool', [0, 1, 1], 1],
  ['sum', 'float32', [Infinity, -Infinity], nan],
  ['sum', 'float32', [-0], -0],
  ['prod', 'float32', [2, -3, 0.5], -3],
  ['prod', 'int32', [65537, 65537, 3], 393219],
  ['prod', 'uint8', [20, 20], 144],
  ['prod', 'bool', [1, 0, 1], 0],
  ['max', 'float32', [-Infinity, -3], -3],
  ['max', 'float64', [5, nan, 7], nan],
  ['max', 'int32', [-5, -7], -5],
  ['max', 'float32', [-0, 0], 0],
  ['min', 'float32', [nan, 1], nan],
  ['min', 'uint8', [9, 3, 4], 3],
  ['min', 'bool', [1, 0], 0],
]

test.each(reductions)('%s of %s %j', (op, dtype, values, expected) => {
  const out = output(backend, dtype, [1])
  backend.reduce(op, input(backend, dtype, values), 0, out)
  expect(contents(out)).toEqual([expected])
})

test('reduces each axis of a transposed view', () => {
  // [[[0, 6], [2, 8], [4, 10]], [[1, 7], [3, 9], [5, 11]]]
  const x = input(
    backend,
    'int32',
    Array.from({ length: 12 }, (_, i) => i),
    { shape: [2, 3, 2], strides: [1, 2, 6] },
  )
  const sums = [
    [2, 3, 2],
    [2, 3, 2],
    [2, 3, 2],
  ].map((shape, axis) => {
    const out = output(backend, 'int32', shape.with(axis, 1))
    backend.reduce('sum', x, axis, out)
    return contents(out)
  })
  expect(sums).toEqual([
    [1, 13, 5, 17, 9, 21],
    [6, 24, 9, 27],
    [6, 10, 14, 8, 12, 16],
  ])
})

test('reduces broadcast and flipped axes', () => {
  const repeated = output(backend, 'float32', [1, 2])
  backend.reduce(
    'sum',
    input(backend, 'float32', [9, 1, 2], { shape: [3, 2], strides: [0, -1], offset: 2 }),
    0,
    repeated,
  )
  expect(contents(repeated)).toEqual([6, 3])
})

test('reduces one of six dimensions', () => {
  const x = input(
    backend,
    'float64',
    Array.from({ length: 24 }, (_, i) => i),
    { shape: [1, 2, 1, 3, 2, 2] },
  )
  const out = output(backend, 'float64', [1, 2, 1, 1, 2, 2])
  backend.reduce('max', x, 3, out)
  expect(contents(out)).toEqual([8, 9, 10, 11, 20, 21, 22, 23])
})

test.each([
  ['max', 'float32', [1, 3, 3, 2], 1],
  ['min', 'float32', [3, 1, 2, 1], 1],
  ['max', 'float64', [1, nan, 5, nan], 1],
  ['min', 'float64', [nan, -Infinity], 0],
  ['max', 'float32', [-Infinity, -Infinity], 0],
  ['min', 'int32', [4, -(2 ** 31)], 1],
  ['max', 'uint8', [4, 255], 1],
  ['max', 'bool', [0, 1, 1], 1],
  ['max', 'float32', [0, -0], 0],
] as const)('the position of the %s of %s %j', (op, dtype, values, expected) => {
  const out = output(backend, 'int32', [1])
  backend.argReduce(op, input(backend, dtype, values), 0, out)
  expect(contents(out)).toEqual([expected])
})

test('positions along each axis of a flipped view', () => {
  // [[5, 1, 4], [2, 7, 3]]
  const x = input(backend, 'float32', [3, 7, 2, 4, 1, 5], { shape: [2, 3], strides: [-3, -1], offset: 5 })
  const columns = output(backend, 'int32', [1, 3])
  backend.argReduce('max', x, 0, columns)
  expect(contents(columns)).toEqual([0, 1, 0])
  const rows = output(backend, 'int32', [2, 1])
  backend.argReduce('min', x, 1, rows)
  expect(contents(rows)).toEqual([1, 0])
})
