import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { ones, scalar, zeros } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import { broadcastTo } from './broadcast-to.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  expectBalanced,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { sumTo } from './sum-to.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<[Shape, Shape]>([
  [[], [2, 3]],
  [[3], [2, 3]],
  [
    [2, 1],
    [2, 3],
  ],
  [
    [1, 3, 1],
    [2, 4, 3, 2],
  ],
  [
    [2, 3],
    [2, 3],
  ],
  [
    [1, 3],
    [0, 3],
  ],
  [[1], [1, 1]],
])('repeats %j to %j', (from, to) => {
  checkValues(
    from,
    (x) => broadcastTo(x, to),
    (x) =>
      plain(to, (index) =>
        at(
          x,
          index.slice(to.length - from.length).map((i, axis) => (from[axis] === 1 ? 0 : i)),
        ),
      ),
  )
})

test('copies nothing', () => {
  const x = ones([3])
  expect(broadcastTo(x, [2, 3])).toMatchObject({ strides: [0, 1], storage: x.storage, contiguous: false })
})

test('sumTo is its adjoint', () => {
  expect(sumTo(ones([2, 3]), [3]).arraySync()).toEqual([2, 2, 2])
  expect(sumTo(ones([2, 3]), [2, 1]).arraySync()).toEqual([[3], [3]])
  expect(sumTo(ones([4, 2, 3]), []).arraySync()).toBe(24)
  expect(sumTo(ones([4, 2, 3]), [1, 3]).arraySync()).toEqual([[8, 8, 8]])
  expect(sumTo(zeros([0, 3]), [1, 3]).arraySync()).toEqual([[0, 0, 0]])
})

test('has gradients of both orders, and leaves nothing behind', async () => {
  await checkBothGradients([[2, 1]], (x) => broadcastTo(x!, [3, 2, 2]))
  const x = ones([2, 1])
  expectBalanced(() => broadcastTo(x, [2, 5]))
})

test('refuses shapes to which the tensor does not broadcast', () => {
  const x = ones([2, 3])
  for (const shape of [[3], [2, 1], [3, 3], [2, 3, 1], [0], []]) {
    expect(() => broadcastTo(x, shape)).toThrow(ShapeError)
  }
  expect(() => broadcastTo(x, [3, 3])).toThrow(
    'broadcastTo: the tensor does not broadcast to the shape.\n  x: float32[2, 3]\n  shape: [3, 3]',
  )
  expect(() => broadcastTo(x, [-1, 3])).toThrow(ShapeError)
  expect(() => broadcastTo(scalar(1), 3 as never)).toThrow(ArgumentError)
  expect(() => broadcastTo(3 as never, [3])).toThrow(ArgumentError)
})
