import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DTypeError, IndexError, ShapeError } from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { broadcastTo } from './broadcast-to.ts'
import { flip } from './flip.ts'
import { gather } from './gather.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** An index tensor on the backend of another tensor. */
function indicesFor(x: Tensor, { shape, values }: Plain, dtype: 'int32' | 'uint8' = 'int32'): Tensor {
  return tensor([...values], { shape, dtype, backend: x.storage.backend })
}

function taken(x: Plain, indices: Plain, axis: number): Plain {
  const rank = indices.shape.length
  return plain([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], (index) =>
    at(x, [
      ...index.slice(0, axis),
      at(indices, index.slice(axis, axis + rank)),
      ...index.slice(axis + rank),
    ]),
  )
}

test.each<{ shape: number[]; indices: Plain; axis: number }>([
  { shape: [4], indices: { shape: [3], values: [3, 0, 3] }, axis: 0 },
  { shape: [4, 3], indices: { shape: [2, 2], values: [3, 0, 1, 1] }, axis: 0 },
  { shape: [2, 4, 3], indices: { shape: [2], values: [3, 1] }, axis: 1 },
  { shape: [2, 4, 3], indices: { shape: [1, 2], values: [2, 0] }, axis: -1 },
  { shape: [2, 3], indices: { shape: [], values: [1] }, axis: 1 },
  { shape: [2, 3], indices: { shape: [0], values: [] }, axis: 0 },
  { shape: [2, 3], indices: { shape: [2, 0], values: [] }, axis: 1 },
  { shape: [0, 3], indices: { shape: [0], values: [] }, axis: 0 },
  { shape: [0, 3], indices: { shape: [2], values: [2, 1] }, axis: 1 },
  { shape: [2, 1, 2, 3, 2], indices: { shape: [2, 1], values: [1, 0] }, axis: 2 },
])('takes what plain loops take: $shape, $indices.shape along $axis', ({ shape, indices, axis }) => {
  checkValues(
    shape,
    (x) => {
      const index = indicesFor(x, indices)
      const out = gather(x, index, { axis })
      index.dispose()
      return out
    },
    (x) => taken(x, indices, (axis + shape.length) % shape.length),
  )
})

test('takes indices of any layout, and uint8', () => {
  const x = tensor([10, 20, 30, 40])
  const i = tensor(
    [
      [0, 1, 2],
      [3, 2, 1],
    ],
    { dtype: 'uint8' },
  )
  expect(gather(x, i).arraySync()).toEqual([
    [10, 20, 30],
    [40, 30, 20],
  ])
  expect(gather(x, transpose(i)).arraySync()).toEqual([
    [10, 40],
    [20, 30],
    [30, 20],
  ])
  expect(gather(x, flip(i, { axis: 1 })).arraySync()).toEqual([
    [30, 20, 10],
    [20, 30, 40],
  ])
  expect(gather(x, broadcastTo(tensor([3], { dtype: 'int32' }), [2])).arraySync()).toEqual([40, 40])
})

test('has gradients of both orders', async () => {
  const rows = { shape: [2, 2], values: [2, 0, 2, 1] }
  await checkBothGradients([[3, 2]], (x) => gather(x!, indicesFor(x!, rows)))
  await checkBothGradients([[2, 3, 2]], (x) => gather(x!, indicesFor(x!, rows, 'uint8'), { axis: 1 }))
  await checkBothGradients([[3]], (x) => gather(x!, indicesFor(x!, { shape: [], values: [1] })))
  await checkBothGradients([[3]], (x) => gather(x!, indicesFor(x!, { shape: [0], values: [] })))
})

test('sums the gradients of slices that are selected several times', () => {
  const indices = tensor([1, 1, 0], { dtype: 'int32' })
  const g = grad((x: Tensor) => sum(gather(x, indices)))(zeros([3, 2]))
  expect(g.arraySync()).toEqual([
    [1, 1],
    [2, 2],
    [0, 0],
  ])
})

test('refuses bad indices', () => {
  const x = tensor([1, 2, 3])
  const i = tensor([0], { dtype: 'int32' })
  expect(() => gather(x, tensor([0]))).toThrow(DTypeError)
  expect(() => gather(x, tensor([0]))).toThrow(/gather: indices are not integers/)
  expect(() => gather(x, tensor([true]))).toThrow(DTypeError)
  expect(() => gather(x, i, { axis: 1 })).toThrow(ShapeError)
  expect(() => gather(zeros([]), i)).toThrow(/a scalar has none/)
  expect(() => gather(x, tensor([3], { dtype: 'int32' }))).toThrow(IndexError)
  expect(() => gather(x, tensor([-1], { dtype: 'int32' }))).toThrow(/an index lies outside the axis/)
  expect(() => gather(zeros([0]), i)).toThrow(/an axis without elements has nothing to select/)
  expect(() => gather(x, [0] as never)).toThrow(/indices is not a tensor/)
  expect(() => gather(x, i, 0 as never)).toThrow(ArgumentError)
  const elsewhere = tensor([0], { dtype: 'int32', backend: testBackends[1]! })
  expect(() => gather(x, elsewhere)).toThrow(BackendMismatchError)
})

test('gives NaN, or 0, out of range where the backend does not check indices', () => {
  setBackend(referenceBackend({ checksIndices: false }))
  const i = tensor([-1, 1, 2], { dtype: 'int32' })
  expect(gather(tensor([5, 6]), i).arraySync()).toEqual([Number.NaN, 6, Number.NaN])
  expect(gather(tensor([5, 6], { dtype: 'int32' }), i).arraySync()).toEqual([0, 6, 0])
})
