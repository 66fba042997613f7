import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor } from '../tensor/create.ts'
import { at, checkBothGradients, checkValues, plain, testBackends } from './movement-test-cases.ts'
import { tile } from './tile.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; repeats: number[] }>([
  { shape: [3], repeats: [2] },
  { shape: [2, 3], repeats: [2, 1] },
  { shape: [2, 3], repeats: [2] },
  { shape: [3], repeats: [2, 2] },
  { shape: [2, 1, 2], repeats: [1, 3, 2] },
  { shape: [2, 3], repeats: [1, 1] },
  { shape: [2, 3], repeats: [0, 2] },
  { shape: [0, 2], repeats: [2, 2] },
  { shape: [], repeats: [] },
  { shape: [], repeats: [3] },
])('agrees with plain loops: $shape times $repeats', ({ shape, repeats }) => {
  const rank = Math.max(shape.length, repeats.length)
  const fill = (list: number[]): number[] => [...new Array<number>(rank - list.length).fill(1), ...list]
  const sides = fill(shape)
  checkValues(
    shape,
    (x) => tile(x, repeats),
    ({ values }) =>
      plain(
        fill(repeats).map((count, d) => count * sides[d]!),
        (index) =>
          at(
            { shape: sides, values },
            index.map((i, d) => i % sides[d]!),
          ),
      ),
  )
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) => tile(x!, [3, 1, 2]))
  await checkBothGradients([[]], (x) => tile(x!, [2]))
})

test('refuses bad repeats', () => {
  const x = tensor([1, 2])
  expect(() => tile(x, [-1])).toThrow(ShapeError)
  expect(() => tile(x, [1.5])).toThrow(/tile: repeats has a size that is not a whole number of at least 0/)
  expect(() => tile(x, 2 as never)).toThrow(ArgumentError)
  expect(() => tile(x, 2 as never)).toThrow(/repeats is not an array/)
})
