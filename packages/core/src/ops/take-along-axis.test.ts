import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, IndexError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { flip } from './flip.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { takeAlongAxis } from './take-along-axis.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

function indicesFor(x: Tensor, { shape, values }: Plain): Tensor {
  return tensor([...values], { shape, dtype: 'int32', backend: x.storage.backend })
}

function takenAlong(x: Plain, indices: Plain, axis: number): Plain {
  const shape = indices.shape.map((side, d) => (d === axis ? side : side === 1 ? x.shape[d]! : side))
  return plain(shape, (index) => {
    const within = (of: Plain, d: number): number => (of.shape[d] === 1 ? 0 : index[d]!)
    const selected = at(
      indices,
      index.map((i, d) => (d === axis ? i : within(indices, d))),
    )
    return at(
      x,
      index.map((_, d) => (d === axis ? selected : within(x, d))),
    )
  })
}

test.each<{ shape: number[]; indices: Plain; axis: number }>([
  { shape: [4], indices: { shape: [3], values: [3, 0, 3] }, axis: 0 },
  { shape: [2, 3], indices: { shape: [2, 2], values: [2, 0, 1, 1] }, axis: -1 },
  { shape: [3, 2], indices: { shape: [1, 2], values: [2, 0] }, axis: 0 },
  { shape: [2, 3, 2], indices: { shape: [2, 2, 1], values: [2, 0, 1, 1] }, axis: 1 },
  { shape: [1, 3], indices: { shape: [2, 2], values: [2, 0, 1, 1] }, axis: 1 },
  { shape: [2, 3], indices: { shape: [2, 0], values: [] }, axis: 1 },
  { shape: [0, 3], indices: { shape: [0, 2], values: [] }, axis: 1 },
  { shape: [2, 1, 2, 3, 2], indices: { shape: [1, 1, 1, 2, 1], values: [2, 0] }, axis: 3 },
])('takes what plain loops take: $shape, $indices.shape along $axis', ({ shape, indices, axis }) => {
  checkValues(
    shape,
    (x) => {
      const index = indicesFor(x, indices)
      const out = takeAlongAxis(x, index, { axis })
      index.dispose()
      return out
    },
    (x) => takenAlong(x, indices, (axis + shape.length) % shape.length),
  )
})

test('takes along the last axis by default, indices of any layout and uint8', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])
  const i = tensor(
    [
      [0, 2],
      [2, 1],
    ],
    { dtype: 'uint8' },
  )
  expect(takeAlongAxis(x, i).arraySync()).toEqual([
    [1, 3],
    [6, 5],
  ])
  expect(takeAlongAxis(x, transpose(i)).arraySync()).toEqual([
    [1, 3],
    [6, 5],
  ])
  expect(takeAlongAxis(x, flip(i, { axis: 0 })).arraySync()).toEqual([
    [3, 2],
    [4, 6],
  ])
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) =>
    takeAlongAxis(x!, indicesFor(x!, { shape: [2, 2], values: [2, 2, 0, 1] })),
  )
  // Both are broadcast: x along axis 0, the indices along axis 2.
  await checkBothGradients([[1, 3, 2]], (x) =>
    takeAlongAxis(x!, indicesFor(x!, { shape: [2, 2, 1], values: [2, 2, 0, 1] }), { axis: 1 }),
  )
  await checkBothGradients([[2]], (x) => takeAlongAxis(x!, indicesFor(x!, { shape: [0], values: [] })))
})

test('refuses bad indices', () => {
  const x = zeros([2, 3])
  const i = tensor([[0], [1]], { dtype: 'int32' })
  expect(() => takeAlongAxis(x, tensor([[0], [1]]))).toThrow(DTypeError)
  expect(() => takeAlongAxis(x, tensor([[0], [1]]))).toThrow(/takeAlongAxis: indices are not integers/)
  expect(() => takeAlongAxis(x, tensor([0, 1], { dtype: 'int32' }))).toThrow(ShapeError)
  expect(() => takeAlongAxis(zeros([3, 3]), i)).toThrow(/the shapes of x and indices do not fit/)
  expect(() => takeAlongAxis(x, i, { axis: 2 })).toThrow(/axis is outside/)
  expect(() => takeAlongAxis(x, tensor([[3], [0]], { dtype: 'int32' }))).toThrow(IndexError)
  expect(() => takeAlongAxis(zeros([2, 0]), i)).toThrow(/nothing to select/)
  expect(() => takeAlongAxis(x, i, 1 as never)).toThrow(ArgumentError)
})
