import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { tensor } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import {
  at,
  expectBalanced,
  expectValues,
  forEachTensor,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { oneHot } from './one-hot.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; depth: number; axis: number }>([
  { shape: [3], depth: 3, axis: -1 },
  { shape: [2, 3], depth: 5, axis: 0 },
  { shape: [2, 3], depth: 2, axis: 1 },
  { shape: [2, 2, 1, 2], depth: 9, axis: 2 },
  { shape: [], depth: 3, axis: -1 },
  { shape: [2], depth: 0, axis: -1 },
  { shape: [0], depth: 3, axis: -1 },
])('agrees with plain loops: $shape, depth $depth, axis $axis', ({ shape, depth, axis }) => {
  const along = (axis + shape.length + 1) % (shape.length + 1)
  forEachTensor(shape, ({ x, values }) => {
    if (x.dtype !== 'int32' && x.dtype !== 'uint8') return
    for (const dtype of dtypes) {
      const out = oneHot(x, depth, { axis, dtype })
      expect(out.dtype).toBe(dtype)
      expectValues(
        out,
        plain([...shape.slice(0, along), depth, ...shape.slice(along)], (index) => {
          const rest = index.filter((_, d) => d !== along)
          return Number(at(values, rest) === index[along])
        }),
      )
      out.dispose()
      expectBalanced(() => oneHot(x, depth, { axis, dtype }))
    }
  })
})

test('writes the given values, and none for an index out of range', () => {
  const i = tensor([1, -1, 2], { dtype: 'int32' })
  expect(oneHot(i, 2, { onValue: 5, offValue: -1 }).arraySync()).toEqual([
    [-1, 5],
    [-1, -1],
    [-1, -1],
  ])
})

test('runs on the backend of the indices', () => {
  const backend = testBackends[1]!
  expect(oneHot(tensor([0], { dtype: 'int32', backend }), 2).storage.backend).toBe(backend)
})

test('refuses bad arguments', () => {
  const i = tensor([1], { dtype: 'int32' })
  expect(() => oneHot(tensor([1]), 2)).toThrow(DTypeError)
  expect(() => oneHot(tensor([1]), 2)).toThrow(/oneHot: indices are not integers/)
  expect(() => oneHot(i, -1)).toThrow(ArgumentError)
  expect(() => oneHot(i, 1.5)).toThrow(/depth is not a whole number of at least 0/)
  expect(() => oneHot(i, 2, { axis: 2 })).toThrow(ShapeError)
  expect(() => oneHot(i, 2, { onValue: 300, dtype: 'uint8' })).toThrow(DTypeError)
  expect(() => oneHot(i, 2, { dtype: 'float16' as never })).toThrow(/unknown dtype/)
})
