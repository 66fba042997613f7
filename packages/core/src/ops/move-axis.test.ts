import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { zeros } from '../tensor/create.ts'
import { moveAxis, swapAxes } from './move-axis.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** Axis i of the result is axis `order[i]` of the argument. */
function permuted(x: Plain, order: readonly number[]): Plain {
  return plain(
    order.map((axis) => x.shape[axis]!),
    (index) =>
      at(
        x,
        x.shape.map((_, axis) => index[order.indexOf(axis)]!),
      ),
  )
}

// The orders are what numpy.moveaxis gives.
test.each<{ shape: number[]; from: number | number[]; to: number | number[]; order: number[] }>([
  { shape: [2, 3, 4], from: 0, to: -1, order: [1, 2, 0] },
  { shape: [2, 3, 4], from: -1, to: 0, order: [2, 0, 1] },
  { shape: [2, 3, 4], from: 1, to: 1, order: [0, 1, 2] },
  { shape: [2, 3, 4], from: [0, 1], to: [1, 2], order: [2, 0, 1] },
  { shape: [2, 3, 4], from: [0, 1], to: [-1, -2], order: [2, 1, 0] },
  { shape: [2, 0], from: 0, to: 1, order: [1, 0] },
  { shape: [], from: [], to: [], order: [] },
])('moves axes of $shape from $from to $to', ({ shape, from, to, order }) => {
  checkValues(
    shape,
    (x) => moveAxis(x, from, to),
    (x) => permuted(x, order),
  )
})

test.each<{ shape: number[]; a: number; b: number; order: number[] }>([
  { shape: [2, 3, 4], a: 0, b: -1, order: [2, 1, 0] },
  { shape: [2, 3, 4], a: 1, b: 2, order: [0, 2, 1] },
  { shape: [2, 3], a: 1, b: 1, order: [0, 1] },
])('swaps axes $a and $b of $shape', ({ shape, a, b, order }) => {
  checkValues(
    shape,
    (x) => swapAxes(x, a, b),
    (x) => permuted(x, order),
  )
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3, 2]], (x) => moveAxis(x!, 0, -1))
  await checkBothGradients([[2, 3, 2]], (x) => swapAxes(x!, 0, 1))
})

test('refuses bad axes', () => {
  const x = zeros([2, 3])
  expect(() => moveAxis(x, 2, 0)).toThrow(ShapeError)
  expect(() => moveAxis(x, 0, -3)).toThrow(/moveAxis: to is outside the tensor's dimensions/)
  expect(() => moveAxis(x, [0, 0], [0, 1])).toThrow(/from names an axis twice/)
  expect(() => moveAxis(x, [0, 1], 0)).toThrow(/different numbers of axes/)
  expect(() => moveAxis(x, undefined as never, 0)).toThrow(/from is outside/)
  expect(() => swapAxes(x, 0, 2)).toThrow(/swapAxes: b is outside the tensor's dimensions/)
  expect(() => swapAxes(zeros([]), 0, 0)).toThrow(ShapeError)
  expect(() => swapAxes([] as never, 0, 1)).toThrow(ArgumentError)
})
