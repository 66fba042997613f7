import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { arange, tensor, zeros } from '../tensor/create.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  expectBalanced,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import type { SliceRange } from './range.ts'
import { reshape } from './reshape.ts'
import { slice } from './slice.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** The positions that Python's `range(n)[start:stop:step]` walks, found by trying all of them. */
function pythonRange(n: number, start: number | null, stop: number | null, step: number): number[] {
  const clip = (bound: number): number =>
    Math.max(step > 0 ? 0 : -1, Math.min(step > 0 ? n : n - 1, bound < 0 ? bound + n : bound))
  const first = start === null ? (step > 0 ? 0 : n - 1) : clip(start)
  const end = stop === null ? (step > 0 ? n : -1) : clip(stop)
  const found: number[] = []
  for (let i = first; step > 0 ? i < end : i > end; i += step) found.push(i)
  return found
}

function sliced(x: Plain, ranges: readonly (SliceRange | null)[]): Plain {
  const positions = x.shape.map((side, i) => {
    const [start = null, stop = null, step = 1] = ranges[i] ?? []
    return pythonRange(side, start, stop, step ?? 1)
  })
  return plain(
    positions.map((list) => list.length),
    (index) =>
      at(
        x,
        index.map((i, axis) => positions[axis]![i]!),
      ),
  )
}

test('selects what NumPy selects', () => {
  const x = arange(5)
  const bounds = [null, -7, -6, -5, -3, -1, 0, 1, 3, 4, 5, 6, 9]
  for (const start of bounds) {
    for (const stop of bounds) {
      for (const step of [-7, -2, -1, 1, 2, 3]) {
        const expected = pythonRange(5, start, stop, step)
        expect([...slice(x, [[start, stop, step]]).dataSync()], `[${start}:${stop}:${step}]`).toEqual(
          expected,
        )
      }
    }
  }
  // Some of them as Python 3 prints them.
  expect([...slice(x, [[-2]]).dataSync()]).toEqual([3, 4])
  expect([...slice(x, [[3, null, -2]]).dataSync()]).toEqual([3, 1])
  expect([...slice(x, [[null, -4, -1]]).dataSync()]).toEqual([4, 3, 2])
  expect([...slice(x, [[9, 1]]).dataSync()]).toEqual([])
})

test.each<{ shape: number[]; ranges: (SliceRange | null)[] }>([
  {
    shape: [4, 5],
    ranges: [
      [1, 3],
      [0, 5, 2],
    ],
  },
  { shape: [4, 5], ranges: [null, [-1, null, -2]] },
  { shape: [4, 5], ranges: [[null, null, -1]] },
  { shape: [3, 2, 4], ranges: [[2, 0, -1], null, [1, 2]] },
  { shape: [4, 5], ranges: [[2, 2], null] },
  { shape: [0, 3], ranges: [null, [1]] },
  { shape: [], ranges: [] },
])('agrees with plain loops: $shape $ranges', ({ shape, ranges }) => {
  checkValues(
    shape,
    (x) => slice(x, ranges),
    (x) => sliced(x, ranges),
  )
})

test('copies nothing', () => {
  const x = zeros([3, 4])
  expect(slice(x, [[1], [null, null, -1]]).storage).toBe(x.storage)
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[4, 3]], (x) =>
    slice(x!, [
      [1, 4, 2],
      [null, null, -1],
    ]),
  )
  await checkBothGradients([[2, 3, 2]], (x) => slice(x!, [null, [-2]]))
  await checkBothGradients([[3]], (x) => slice(x!, [[2, 1]]))
  await checkBothGradients([[]], (x) => slice(x!, []))
})

test('has gradients at more dimensions than a backend takes', async () => {
  await checkBothGradients([[12]], (x) =>
    slice(reshape(x!, [2, 3, 1, 1, 2, 1]), [
      [null, null, -1],
      [0, 3, 2],
    ]),
  )
  await checkBothGradients([[2, 2, 2, 2, 2]], (x) => slice(x!, [[1], [0, 1], null, [null, null, -1], [1]]))
})

test('refuses bad ranges and leaves nothing behind', () => {
  const x = tensor([1, 2, 3])
  expectBalanced(() => {
    expect(() => slice(x, [null, [0]])).toThrow(ShapeError)
    expect(() => slice(x, [null, [0]])).toThrow(/slice: there are more ranges than axes/)
    expect(() => slice(x, [[0, 3, 0]])).toThrow(ArgumentError)
    expect(() => slice(x, [[0, 3, 0]])).toThrow(/a step is 0/)
    expect(() => slice(x, [[0.5]])).toThrow(/not made of one to three whole numbers/)
    expect(() => slice(x, 1 as never)).toThrow(/ranges is not an array/)
    return []
  })
  x.dispose()
  expect(() => slice(x, [])).toThrow(DisposedError)
})
