import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { at, checkBothGradients, checkValues, plain, testBackends } from './movement-test-cases.ts'
import { type Padding, pad } from './pad.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; paddings: Padding[]; value?: number }>([
  { shape: [3], paddings: [[1, 2]] },
  {
    shape: [2, 3],
    paddings: [
      [1, 0],
      [0, 2],
    ],
    value: 1,
  },
  {
    shape: [2, 3],
    paddings: [
      [0, 0],
      [0, 0],
    ],
    value: 1,
  },
  {
    shape: [2, 0],
    paddings: [
      [1, 1],
      [1, 0],
    ],
    value: 1,
  },
  {
    shape: [2, 0],
    paddings: [
      [1, 1],
      [0, 0],
    ],
  },
  { shape: [], paddings: [] },
  {
    shape: [2, 1, 2, 1, 2],
    paddings: [
      [1, 0],
      [0, 1],
      [0, 0],
      [1, 1],
      [0, 0],
    ],
  },
])('agrees with plain loops: $shape with $paddings of $value', ({ shape, paddings, value }) => {
  checkValues(
    shape,
    (x) => pad(x, paddings, value === undefined ? {} : { value }),
    (x) =>
      plain(
        shape.map((side, d) => side + paddings[d]![0] + paddings[d]![1]),
        (index) => {
          const inside = index.map((i, d) => i - paddings[d]![0])
          return inside.every((i, d) => i >= 0 && i < shape[d]!) ? at(x, inside) : (value ?? 0)
        },
      ),
  )
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) =>
    pad(
      x!,
      [
        [1, 0],
        [0, 2],
      ],
      { value: 0.5 },
    ),
  )
  await checkBothGradients([[]], (x) => pad(x!, []))
})

test('refuses bad paddings and values', () => {
  const x = tensor([1, 2])
  expect(() => pad(x, [])).toThrow(ShapeError)
  expect(() => pad(x, [])).toThrow(/pad: there is not one padding for each axis/)
  expect(() => pad(x, [[-1, 0]])).toThrow(ArgumentError)
  expect(() => pad(x, [[-1, 0]])).toThrow(/not a list of pairs of whole numbers of at least 0/)
  expect(() => pad(x, [1, 2] as never)).toThrow(ArgumentError)
  expect(() => pad(x, [[1, 1]], 3 as never)).toThrow(/the options are not an object/)
  expect(() => pad(zeros([2], { dtype: 'uint8' }), [[1, 1]], { value: -1 })).toThrow(DTypeError)
})
