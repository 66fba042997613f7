import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { ones, scalar } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import { at, checkBothGradients, checkValues, plain, testBackends } from './movement-test-cases.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<[Shape, readonly number[] | undefined]>([
  [[], undefined],
  [[3], undefined],
  [[2, 3], undefined],
  [
    [2, 3],
    [0, 1],
  ],
  [
    [2, 3, 4],
    [1, 2, 0],
  ],
  [
    [2, 3, 4],
    [-1, 0, 1],
  ],
  [
    [2, 0, 3],
    [2, 1, 0],
  ],
  [[2, 1, 2, 3, 2], undefined],
])('puts the axes of %j into the order %j', (shape, axes) => {
  const order = axes?.map((axis) => (axis + shape.length) % shape.length) ?? shape.map((_, i) => i).reverse()
  checkValues(
    shape,
    (x) => (axes === undefined ? transpose(x) : transpose(x, axes)),
    (x) =>
      plain(
        order.map((axis) => shape[axis]!),
        (index) =>
          at(
            x,
            shape.map((_, axis) => index[order.indexOf(axis)]!),
          ),
      ),
  )
})

test('copies nothing', () => {
  const x = ones([2, 3])
  expect(transpose(x)).toMatchObject({ strides: [1, 3], storage: x.storage })
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) => transpose(x!))
  await checkBothGradients([[2, 1, 3]], (x) => transpose(x!, [2, 0, 1]))
})

test('refuses what is not an order of the axes', () => {
  const x = ones([2, 3])
  for (const axes of [[0], [0, 0], [0, 1, 2], [0, -2], [0, 2], [0.5, 1]]) {
    expect(() => transpose(x, axes)).toThrow(ShapeError)
  }
  // biome-ignore lint/suspicious/noSparseArray: a hole names no axis.
  expect(() => transpose(x, [, 1] as never)).toThrow(ShapeError)
  expect(() => transpose(x, [1, 1])).toThrow(/axes does not name every axis of the tensor once/)
  expect(() => transpose(x, 1 as never)).toThrow(ArgumentError)
  expect(() => transpose(scalar(1), [0])).toThrow(/a scalar has none/)
  expect(() => transpose(3 as never)).toThrow(ArgumentError)
})
