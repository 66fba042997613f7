import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { roll } from './roll.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** Where each element comes from when every axis is moved by its own shift. */
function rolled(x: Plain, shifts: readonly number[]): Plain {
  return plain(x.shape, (index) =>
    at(
      x,
      index.map((i, d) => {
        let from = i
        for (let n = 0; n < Math.abs(shifts[d]!); n++)
          from = (from + (shifts[d]! > 0 ? x.shape[d]! - 1 : 1)) % x.shape[d]!
        return from
      }),
    ),
  )
}

test.each<{ shape: number[]; shift: number | number[]; axis: number | number[]; shifts: number[] }>([
  { shape: [5], shift: 2, axis: 0, shifts: [2] },
  { shape: [5], shift: -7, axis: -1, shifts: [-7] },
  { shape: [5], shift: 5, axis: 0, shifts: [0] },
  { shape: [2, 3], shift: 1, axis: 1, shifts: [0, 1] },
  { shape: [2, 3], shift: 1, axis: [0, 1], shifts: [1, 1] },
  { shape: [3, 2, 4], shift: [1, -1], axis: [-1, 0], shifts: [-1, 0, 1] },
  { shape: [2, 5], shift: [1, 3], axis: [1, 1], shifts: [0, 4] },
  { shape: [2, 3], shift: [], axis: [], shifts: [0, 0] },
  { shape: [0, 3], shift: 1, axis: [0, 1], shifts: [1, 1] },
  { shape: [2, 1, 3, 1, 2], shift: [1, 2], axis: [0, 2], shifts: [1, 0, 2, 0, 0] },
])('moves $shape by $shift along $axis', ({ shape, shift, axis, shifts }) => {
  checkValues(
    shape,
    (x) => roll(x, shift, { axis }),
    (x) => rolled(x, shifts),
  )
})

test.each([[[2, 3]], [[4]], [[]], [[0, 2]]])('moves all elements of %j as one row', (shape) => {
  checkValues(
    shape,
    (x) => roll(x, 1),
    (x) => ({ shape, values: [...x.values.slice(-1), ...x.values.slice(0, -1)] }),
  )
})

test('takes any whole number, and moves any value', () => {
  expect(roll(tensor([1, 2, 3]), Number.MAX_SAFE_INTEGER).arraySync()).toEqual([3, 1, 2])
  expect([...roll(tensor([Number.NaN, -0, Infinity]), 1).dataSync()]).toEqual([Infinity, Number.NaN, -0])
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) => roll(x!, 1))
  await checkBothGradients([[2, 3]], (x) => roll(x!, [1, -1], { axis: [0, 1] }))
  await checkBothGradients([[2, 3]], (x) => roll(x!, 3, { axis: 1 }))
})

test('refuses bad shifts and axes', () => {
  const x = zeros([2, 3])
  expect(() => roll(x, 0.5)).toThrow(ArgumentError)
  expect(() => roll(x, [1, '2' as never], { axis: [0, 1] })).toThrow(/^roll: shift is not a whole number/)
  expect(() => roll(x, [1, 2, 3], { axis: [0, 1] })).toThrow(ShapeError)
  expect(() => roll(x, [1, 2])).toThrow(/^roll: there is not one shift for each axis/)
  expect(() => roll(x, 1, { axis: 2 })).toThrow(/^roll: axis is outside the tensor's dimensions/)
})
