import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  IndexError,
  ShapeError,
} from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { embedding } from './embedding.ts'
import { expectBalanced, expectValues, forEachTensor, testBackends } from './movement-test-cases.ts'
import { checkBothOrders } from './neural-test-cases.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each([
  { indices: [2, 0, 2], shape: [3] },
  { indices: [1, 1, 0, 2], shape: [2, 2] },
  { indices: [1], shape: [] },
  { indices: [], shape: [0, 2] },
  { indices: [0, 1, 2, 2], shape: [1, 2, 1, 2, 1] },
])('gives the rows: $indices as $shape', ({ indices, shape }) => {
  for (const dtype of ['int32', 'uint8'] as const) {
    forEachTensor([3, 2], ({ x: table, values }, backend) => {
      const words = tensor(indices, { shape, dtype, backend })
      const out = embedding(table, words)
      expect(out.dtype).toBe(table.dtype)
      expectValues(out, {
        shape: [...shape, 2],
        values: indices.flatMap((row) => values.values.slice(2 * row, 2 * row + 2)),
      })
      expectBalanced(() => embedding(table, words))
      expectBalanced(() => embedding(table, words, { paddingIndex: 1 }))
      for (const x of [out, words]) x.dispose()
    })
  }
})

test('rows get the sum of their gradients, and that of padding none', () => {
  for (const backend of testBackends) {
    const table = ones([4, 2], { backend })
    const words = tensor([[1, 3, 1, 0]], { dtype: 'int32', backend })
    const slopes = (paddingIndex: number | null): unknown =>
      grad((w: Tensor) => sum(embedding(w, words, { paddingIndex })))(table).arraySync()
    expect(slopes(null)).toEqual([
      [1, 1],
      [2, 2],
      [0, 0],
      [1, 1],
    ])
    expect(slopes(1)).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
      [1, 1],
    ])
    expectBalanced(() => [grad((w: Tensor) => sum(embedding(w, words, { paddingIndex: 0 })))(table)])
    expect(embedding(table, words, { paddingIndex: 1 }).arraySync()).toEqual([new Array(4).fill([1, 1])])
  }
})

test('has gradients of both orders', async () => {
  const inputs = [{ shape: [3, 2], values: [1, -2, 0.5, 3, -1, 2] }]
  for (const backend of testBackends) {
    const words = tensor(
      [
        [2, 0],
        [2, 2],
      ],
      { dtype: 'int32', backend },
    )
    await checkBothOrders((table) => square(embedding(table!, words)), inputs, [backend])
  }
})

test('refuses wrong arguments', () => {
  const table = zeros([3, 2])
  const words = tensor([0, 2], { dtype: 'int32' })
  expect(() => embedding([[1]] as never, words)).toThrow(ArgumentError)
  expect(() => embedding(table, tensor([0, 1]))).toThrow(DTypeError)
  expect(() => embedding(table, [0] as never)).toThrow(/embedding: indices is not a tensor/)
  expect(() => embedding(zeros([3]), words)).toThrow(ShapeError)
  expect(() => embedding(zeros([3, 2, 1]), words)).toThrow(/the table is not a matrix/)
  expect(() => embedding(table, tensor([3], { dtype: 'int32' }))).toThrow(IndexError)
  expect(() => embedding(zeros([0, 2]), words)).toThrow(/embedding: .*nothing to select/)
  for (const paddingIndex of [3, -1, 0.5]) {
    expect(() => embedding(table, words, { paddingIndex })).toThrow(/paddingIndex is not a row/)
  }
  expect(() => embedding(table, words, { padding: 0 } as never)).toThrow(/did you mean paddingIndex\?/)
  expect(() => embedding(zeros([3, 2], { backend: testBackends[1]! }), words)).toThrow(BackendMismatchError)
  words.dispose()
  expect(() => embedding(table, words)).toThrow(DisposedError)
})
