import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { at, checkBothGradients, checkValues, plain, testBackends } from './movement-test-cases.ts'
import { type Padding, type PadMode, pad } from './pad.ts'

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

/** Walks from the nearest end of the axis outward, one step at a time. */
const repeated: Readonly<Record<Exclude<PadMode, 'constant'>, (i: number, side: number) => number>> = {
  edge: (i, side) => (i < 0 ? 0 : i >= side ? side - 1 : i),
  reflect: (i, side) => {
    let at = i
    while (side > 1 && (at < 0 || at >= side)) at = at < 0 ? -at : 2 * (side - 1) - at
    return side === 1 ? 0 : at
  },
  symmetric: (i, side) => {
    let at = i
    while (at < 0 || at >= side) at = at < 0 ? -at - 1 : 2 * side - 1 - at
    return at
  },
  wrap: (i, side) => {
    let at = i
    while (at < 0) at += side
    while (at >= side) at -= side
    return at
  },
}

const modes = Object.keys(repeated) as (keyof typeof repeated)[]

describe.each(modes)('with the mode %s', (mode) => {
  test.each<{ shape: number[]; paddings: Padding[] }>([
    { shape: [3], paddings: [[1, 2]] },
    { shape: [3], paddings: [[7, 9]] },
    { shape: [1], paddings: [[2, 3]] },
    {
      shape: [2, 3],
      paddings: [
        [1, 1],
        [0, 4],
      ],
    },
    {
      shape: [2, 3],
      paddings: [
        [0, 0],
        [0, 0],
      ],
    },
    {
      shape: [0, 2],
      paddings: [
        [0, 0],
        [1, 1],
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
        [0, 2],
      ],
    },
  ])('agrees with plain loops: $shape with $paddings', ({ shape, paddings }) => {
    checkValues(
      shape,
      (x) => pad(x, paddings, { mode }),
      (x) =>
        plain(
          shape.map((side, d) => side + paddings[d]![0] + paddings[d]![1]),
          (index) =>
            at(
              x,
              index.map((i, d) => repeated[mode](i - paddings[d]![0], shape[d]!)),
            ),
        ),
    )
  })

  test('has gradients of both orders', async () => {
    await checkBothGradients([[2, 3]], (x) =>
      pad(
        x!,
        [
          [1, 3],
          [0, 4],
        ],
        { mode },
      ),
    )
    await checkBothGradients([[2]], (x) => pad(x!, [[0, 0]], { mode }))
  })

  test('refuses an axis without elements', () => {
    expect(() => pad(zeros([0]), [[0, 1]], { mode })).toThrow(ShapeError)
    expect(() => pad(zeros([0]), [[1, 0]], { mode })).toThrow(/^pad: an axis without elements has nothing/)
  })
})

test('repeats what NumPy 2 repeats', () => {
  const long = (mode: PadMode): unknown => pad(tensor([1, 2, 3]), [[5, 7]], { mode }).arraySync()
  expect(long('reflect')).toEqual([2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2])
  expect(long('symmetric')).toEqual([2, 3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2, 3, 3])
  expect(long('wrap')).toEqual([2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1])
})

test('refuses bad modes, and a value that would be ignored', () => {
  const x = tensor([1, 2])
  expect(() => pad(x, [[1, 1]], { mode: 'mirror' as never })).toThrow(ArgumentError)
  expect(() => pad(x, [[1, 1]], { mode: 'toString' as never })).toThrow(/^pad: unknown mode/)
  expect(() => pad(x, [[1, 1]], { mode: 'edge', value: 1 })).toThrow(/only the mode constant takes a value/)
  expect(() => pad(x, [[2 ** 53, 0]], { mode: 'edge' })).toThrow(ShapeError)
})
