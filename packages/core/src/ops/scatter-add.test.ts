import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DTypeError, IndexError, ShapeError } from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  at,
  checkBothGradients,
  expectBalanced,
  expectValues,
  forEachTensor,
  indicesOf,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { reshape } from './reshape.ts'
import { scatterAdd } from './scatter-add.ts'

beforeEach(() => setBackend(testBackends[0]!))

function indicesFor(x: Tensor, { shape, values }: Plain): Tensor {
  return tensor([...values], { shape, dtype: 'int32', backend: x.storage.backend })
}

function added(x: Plain, indices: Plain, updates: Plain, axis: number): Plain {
  const rank = indices.shape.length
  const all = indicesOf(updates.shape)
  return plain(x.shape, (index) =>
    all
      .filter((from) => {
        const target = [
          ...from.slice(0, axis),
          at(indices, from.slice(axis, axis + rank)),
          ...from.slice(axis + rank),
        ]
        return target.every((i, d) => i === index[d])
      })
      .reduce((total, from) => total + at(updates, from), at(x, index)),
  )
}

test.each<{ shape: number[]; indices: Plain; axis: number }>([
  { shape: [3], indices: { shape: [4], values: [2, 0, 2, 2] }, axis: 0 },
  { shape: [3, 2], indices: { shape: [2, 2], values: [2, 0, 2, 1] }, axis: 0 },
  { shape: [2, 3, 2], indices: { shape: [2], values: [2, 2] }, axis: 1 },
  { shape: [2, 3], indices: { shape: [], values: [1] }, axis: -1 },
  { shape: [2, 3], indices: { shape: [0], values: [] }, axis: 0 },
  { shape: [0, 3], indices: { shape: [1], values: [1] }, axis: 1 },
])('adds what plain loops add: $shape, $indices.shape along $axis', ({ shape, indices, axis }) => {
  const along = (axis + shape.length) % shape.length
  const x: Plain = plain(shape, (index) => index.reduce((sum, i) => sum + i, 1))
  const updatesShape = [...shape.slice(0, along), ...indices.shape, ...shape.slice(along + 1)]
  forEachTensor(updatesShape, ({ x: updates, values }, backend) => {
    const base = tensor([...x.values], { shape, dtype: updates.dtype, backend })
    const index = indicesFor(base, indices)
    const out = scatterAdd(base, index, updates, { axis })
    expect(out.dtype).toBe(updates.dtype === 'bool' ? 'int32' : updates.dtype)
    const start = updates.dtype === 'bool' ? { shape, values: x.values.map((v) => Number(v !== 0)) } : x
    expectValues(out, added(start, indices, values, along))
    out.dispose()
    expectBalanced(() => scatterAdd(base, index, updates, { axis }))
    base.dispose()
    index.dispose()
  })
})

test('promotes dtypes, and leaves its argument as it is', () => {
  const x = tensor([1, 2], { dtype: 'int32' })
  const out = scatterAdd(x, tensor([1], { dtype: 'uint8' }), tensor([0.5]))
  expect(out.dtype).toBe('float32' satisfies DType)
  expect(out.arraySync()).toEqual([1, 2.5])
  expect(x.arraySync()).toEqual([1, 2])
})

test('has gradients of both orders', async () => {
  await checkBothGradients(
    [
      [3, 2],
      [2, 2, 2],
    ],
    (x, updates) => scatterAdd(x!, indicesFor(x!, { shape: [2, 2], values: [2, 0, 2, 1] }), updates!),
  )
  await checkBothGradients(
    [
      [2, 3],
      [2, 2],
    ],
    (x, updates) => scatterAdd(x!, indicesFor(x!, { shape: [2], values: [1, 1] }), updates!, { axis: 1 }),
  )
})

test('has gradients where there are no updates', async () => {
  await checkBothGradients([[3], [0]], (x, updates) =>
    scatterAdd(x!, indicesFor(x!, { shape: [0], values: [] }), updates!),
  )
})

test('refuses bad indices and updates', () => {
  const x = zeros([3, 2])
  const i = tensor([0, 1], { dtype: 'int32' })
  expect(() => scatterAdd(x, i, zeros([2]))).toThrow(ShapeError)
  expect(() => scatterAdd(x, i, zeros([2]))).toThrow(/expected: updates of shape \[2, 2\]/)
  expect(() => scatterAdd(x, tensor([0, 1]), zeros([2, 2]))).toThrow(DTypeError)
  expect(() => scatterAdd(x, tensor([3, 0], { dtype: 'int32' }), zeros([2, 2]))).toThrow(IndexError)
  expect(() => scatterAdd(zeros([0, 2]), i, zeros([2, 2]))).toThrow(/nothing to select/)
  expect(() => scatterAdd(x, i, zeros([2, 2]), 1 as never)).toThrow(ArgumentError)
  expect(() => scatterAdd(x, i, 1 as never)).toThrow(/updates is not a tensor/)
  expect(() => scatterAdd(x, i, zeros([2, 2], { backend: testBackends[1]! }))).toThrow(BackendMismatchError)
})

test('drops updates out of range where the backend does not check indices', () => {
  setBackend(referenceBackend({ checksIndices: false }))
  const out = scatterAdd(zeros([2]), tensor([-1, 1, 2], { dtype: 'int32' }), tensor([1, 2, 3]))
  expect(out.arraySync()).toEqual([0, 2])
})

test('takes more dimensions than the backend', () => {
  const backend = testBackends[1]!
  const shape = [2, 1, 3, 1, 2]
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => i)
  const x = reshape(tensor(values, { backend }), shape)
  const index = tensor([2], { dtype: 'int32', backend })
  const updates = reshape(tensor([1, 2, 3, 4], { backend }), [2, 1, 1, 1, 2])
  const expected = values.map((v, i) => v + ({ 4: 1, 5: 2, 10: 3, 11: 4 }[i] ?? 0))
  expect([...scatterAdd(x, index, updates, { axis: 2 }).dataSync()]).toEqual(expected)
})

test('adds up in the promoted dtype', () => {
  const rows = tensor([0, 0], { dtype: 'int32' })
  const bytes = tensor([200, 100], { dtype: 'uint8' })
  expect(scatterAdd(tensor([1], { dtype: 'int32' }), rows, bytes).arraySync()).toEqual([301])
  const doubles = scatterAdd(tensor([0], { dtype: 'float64' }), rows, tensor([2 ** 24, 1]))
  expect(doubles.arraySync()).toEqual([2 ** 24 + 1])
})
