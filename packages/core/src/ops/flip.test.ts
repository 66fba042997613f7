import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor } from '../tensor/create.ts'
import { flip } from './flip.ts'
import { at, checkBothGradients, checkValues, plain, testBackends } from './movement-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; axis?: number | number[] }>([
  { shape: [4] },
  { shape: [2, 3] },
  { shape: [2, 3], axis: -1 },
  { shape: [2, 3, 4], axis: [0, -1] },
  { shape: [2, 3], axis: [] },
  { shape: [0, 3], axis: 0 },
  { shape: [] },
])('agrees with plain loops: $shape $axis', ({ shape, axis }) => {
  const axes = (axis === undefined ? shape.map((_, i) => i) : [axis].flat()).map((a) =>
    a < 0 ? a + shape.length : a,
  )
  checkValues(
    shape,
    (x) => flip(x, axis === undefined ? {} : { axis }),
    (x) =>
      plain(shape, (index) =>
        at(
          x,
          index.map((i, d) => (axes.includes(d) ? shape[d]! - 1 - i : i)),
        ),
      ),
  )
})

test('copies nothing', () => {
  const x = tensor([1, 2, 3])
  expect(flip(x).storage).toBe(x.storage)
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) => flip(x!, { axis: 1 }))
  await checkBothGradients([[2, 1, 2, 1, 2]], (x) => flip(x!))
})

test('refuses bad axes', () => {
  const x = tensor([[1, 2]])
  expect(() => flip(x, { axis: 2 })).toThrow(ShapeError)
  expect(() => flip(x, { axis: 2 })).toThrow(/flip: axis is outside the tensor's dimensions/)
  expect(() => flip(x, { axis: [0, -2] })).toThrow(/an axis is named twice/)
  expect(() => flip(x, 1 as never)).toThrow(ArgumentError)
  expect(() => flip([1, 2] as never)).toThrow(/x is not a tensor/)
})
