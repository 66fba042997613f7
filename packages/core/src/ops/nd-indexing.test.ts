import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DTypeError,
  IndexError,
  ShapeError,
  UnsupportedError,
} from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { gatherND } from './gather-nd.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  expectBalanced,
  expectValues,
  forEachTensor,
  indicesOf,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { scatterND } from './scatter-nd.ts'
import { segmentSum } from './segment-sum.ts'
import { sum } from './sum.ts'
import { take } from './take.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

function indicesFor(x: Tensor, { shape, values }: Plain, dtype: 'int32' | 'uint8' = 'int32'): Tensor {
  return tensor([...values], { shape, dtype, backend: x.storage.backend })
}

const int32 = (values: number[], shape: Shape): Tensor => tensor(values, { dtype: 'int32', shape })

/** What a sum of a dtype's values is stored as. */
const summed = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype)

const rows: { shape: number[]; indices: Plain }[] = [
  { shape: [3, 2], indices: { shape: [4, 2], values: [2, 1, 0, 0, 2, 1, 1, 0] } },
  { shape: [3, 2], indices: { shape: [2, 1], values: [2, 2] } },
  { shape: [2, 3, 2], indices: { shape: [2, 2, 2], values: [1, 2, 0, 0, 1, 1, 1, 2] } },
  { shape: [2, 3, 2], indices: { shape: [3], values: [1, 2, 0] } },
  { shape: [2, 2], indices: { shape: [3, 0], values: [] } },
  { shape: [2, 3], indices: { shape: [0, 2], values: [] } },
  { shape: [0, 3], indices: { shape: [0, 1], values: [] } },
  { shape: [2, 0], indices: { shape: [2, 1], values: [1, 0] } },
  { shape: [], indices: { shape: [2, 0], values: [] } },
  { shape: [2, 1, 2, 1, 2, 2], indices: { shape: [2, 3], values: [1, 0, 1, 0, 0, 1] } },
]

/** The multi-index in a shape where the i-th selected slice's element lies. */
function target(indices: Plain, index: readonly number[]): number[] {
  const outer = indices.shape.length - 1
  const named = Array.from({ length: indices.shape.at(-1)! }, (_, k) =>
    at(indices, [...index.slice(0, outer), k]),
  )
  return [...named, ...index.slice(outer)]
}

test.each(rows)('gatherND of $shape at $indices.values agrees with plain loops', ({ shape, indices }) => {
  const out = [...indices.shape.slice(0, -1), ...shape.slice(indices.shape.at(-1)!)]
  checkValues(
    shape,
    (x) => {
      const multi = indicesFor(x, indices)
      const result = gatherND(x, multi)
      multi.dispose()
      return result
    },
    (x) => plain(out, (index) => at(x, target(indices, index))),
  )
})

test.each(rows)('scatterND into $shape at $indices.values agrees with plain loops', ({ shape, indices }) => {
  forEachTensor([...indices.shape.slice(0, -1), ...shape.slice(indices.shape.at(-1)!)], (laid, backend) => {
    const { x: updates, values } = laid
    const multi = tensor([...indices.values], { shape: indices.shape, dtype: 'int32', backend })
    const out = scatterND(multi, updates, shape)
    expect(out.dtype).toBe(summed(updates.dtype))
    const expected = plain(shape, (index) =>
      indicesOf(values.shape)
        .filter((from) => target(indices, from).every((i, d) => i === index[d]))
        .reduce((total, from) => total + at(values, from), 0),
    )
    expectValues(out, expected)
    out.dispose()
    expectValues(updates, values)
    expectBalanced(() => scatterND(multi, updates, shape))
    multi.dispose()
  })
})

test.each<{ shape: number[]; ids: Plain; count: number }>([
  { shape: [4], ids: { shape: [4], values: [1, 0, 1, 1] }, count: 2 },
  { shape: [3, 2], ids: { shape: [3], values: [2, 0, 2] }, count: 4 },
  { shape: [2, 3, 2], ids: { shape: [2, 3], values: [1, 0, 1, 0, 0, 0] }, count: 2 },
  { shape: [2, 2], ids: { shape: [2, 2], values: [1, 0, 1, 0] }, count: 3 },
  { shape: [0, 2], ids: { shape: [0], values: [] }, count: 2 },
  { shape: [0, 2], ids: { shape: [0], values: [] }, count: 0 },
  { shape: [2, 0], ids: { shape: [2], values: [0, 1] }, count: 2 },
])('segmentSum of $shape by $ids.values agrees with plain loops', ({ shape, ids, count }) => {
  const named = ids.shape.length
  forEachTensor(shape, ({ x, values }) => {
    const segments = indicesFor(x, ids)
    const out = segmentSum(x, segments, count)
    expect(out.dtype).toBe(summed(x.dtype))
    const expected = plain([count, ...shape.slice(named)], ([segment, ...rest]) =>
      indicesOf(ids.shape)
        .filter((slice) => at(ids, slice) === segment)
        .reduce((total, slice) => total + at(values, [...slice, ...rest]), 0),
    )
    expectValues(out, expected)
    out.dispose()
    expectBalanced(() => segmentSum(x, segments, count))
    segments.dispose()
  })
})

test.each<{ shape: number[]; indices: Plain }>([
  { shape: [2, 3], indices: { shape: [2, 2], values: [5, 0, 3, 3] } },
  { shape: [3], indices: { shape: [], values: [2] } },
  { shape: [], indices: { shape: [2], values: [0, 0] } },
  { shape: [0, 2], indices: { shape: [0], values: [] } },
])('take of $shape at $indices.values counts in row-major order', ({ shape, indices }) => {
  checkValues(
    shape,
    (x) => {
      const positions = indicesFor(x, indices)
      const out = take(x, positions)
      positions.dispose()
      return out
    },
    (x) => plain(indices.shape, (index) => x.values[at(indices, index)]!),
  )
})

test('take along an axis is gather', () => {
  checkValues(
    [2, 3],
    (x) => {
      const positions = indicesFor(x, { shape: [2], values: [2, 0] }, 'uint8')
      const out = take(x, positions, { axis: -1 })
      positions.dispose()
      return out
    },
    (x) => plain([2, 2], ([i, j]) => at(x, [i!, [2, 0][j!]!])),
  )
})

test('they take indices of any layout, and uint8', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ])
  const byColumn = transpose(tensor([0, 1, 1, 0], { dtype: 'uint8', shape: [2, 2] }))
  expect(gatherND(x, byColumn).arraySync()).toEqual([2, 3])
  expect(scatterND(byColumn, tensor([5, 6]), [2, 2]).arraySync()).toEqual([
    [0, 5],
    [6, 0],
  ])
  const ids = tensor([1, 0], { dtype: 'uint8' })
  expect(segmentSum(x, ids, 2).arraySync()).toEqual([
    [3, 4],
    [1, 2],
  ])
})

test('what is selected comes as it is, whatever it is', () => {
  const x = tensor([Number.NaN, -0, Infinity])
  expect([...gatherND(x, int32([1, 0], [2, 1])).dataSync()]).toEqual([-0, Number.NaN])
  expect([...take(x, int32([1, 2], [2])).dataSync()]).toEqual([-0, Infinity])
  const sums = segmentSum(tensor([1, Infinity, Number.NaN, -Infinity]), int32([0, 1, 2, 1], [4]), 3)
  expect([...sums.dataSync()]).toEqual([1, Number.NaN, Number.NaN])
})

test('they have gradients of both orders', async () => {
  const multi = { shape: [3, 2], values: [1, 2, 0, 0, 1, 2] }
  const slices = { shape: [3, 1], values: [1, 1, 0] }
  await checkBothGradients([[2, 3]], (x) => gatherND(x!, indicesFor(x!, multi)))
  await checkBothGradients([[2, 3]], (x) => gatherND(x!, indicesFor(x!, slices)))
  await checkBothGradients([[3]], (x) => scatterND(indicesFor(x!, multi), x!, [2, 3]))
  await checkBothGradients([[3, 2]], (x) => scatterND(indicesFor(x!, slices), x!, [3, 2]))
  await checkBothGradients([[3, 2]], (x) =>
    segmentSum(x!, indicesFor(x!, { shape: [3], values: [1, 0, 1] }), 3),
  )
  await checkBothGradients([[2, 3]], (x) => take(x!, indicesFor(x!, { shape: [3], values: [4, 0, 4] })))
})

test('gradients of what is selected several times are summed', () => {
  const multi = int32([0, 1, 0, 1], [2, 2])
  const g = grad((x: Tensor) => sum(gatherND(x, multi)))(zeros([2, 2]))
  expect(g.arraySync()).toEqual([
    [0, 2],
    [0, 0],
  ])
})

describe('out of range', () => {
  const x = (): Tensor =>
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
  // Taken as a position in row-major order, most of them would lie inside.
  const outside = [
    [0, 3],
    [1, -1],
    [-1, 5],
    [2, 0],
    [0, -(2 ** 31)],
    [2 ** 30, 2],
  ]

  test.each(outside)('[%i, %i] is an error where the backend checks', (i, j) => {
    const multi = int32([0, 0, i, j], [2, 2])
    expect(() => gatherND(x(), multi)).toThrow(IndexError)
    expect(() => gatherND(x(), multi)).toThrow(
      /^gatherND: an index lies outside its axis[\s\S]*expected: indices from 0 to 1, 2$/,
    )
    expect(() => scatterND(multi, tensor([1, 2]), [2, 3])).toThrow(
      /^scatterND: an index lies outside its axis/,
    )
  })

  test.each(outside)('[%i, %i] gives NaN, or is dropped, where it does not', (i, j) => {
    setBackend(referenceBackend({ checksIndices: false }))
    const multi = int32([1, 2, i, j], [2, 2])
    expect(gatherND(x(), multi).arraySync()).toEqual([6, Number.NaN])
    expect([...scatterND(multi, tensor([1, 2]), [2, 3]).dataSync()]).toEqual([0, 0, 0, 0, 0, 1])
  })

  test('one index, an id and a position are looked at too', () => {
    expect(() => gatherND(x(), int32([2], [1, 1]))).toThrow(/an index lies outside the axis\.\n {2}index: 2/)
    expect(() => segmentSum(x(), int32([0, 2], [2]), 2)).toThrow(IndexError)
    expect(() => segmentSum(x(), int32([0, -1], [2]), 2)).toThrow(IndexError)
    expect(() => take(x(), int32([6], [1]))).toThrow(IndexError)
    setBackend(referenceBackend({ checksIndices: false }))
    expect(segmentSum(tensor([1, 2, 3]), int32([0, -1, 1], [3]), 2).arraySync()).toEqual([1, 3])
    expect(take(tensor([7]), int32([0, 1], [2])).arraySync()).toEqual([7, Number.NaN])
  })

  test('axes without elements have nothing to select', () => {
    const none = zeros([2, 0, 3])
    expect(() => gatherND(none, int32([0, 0], [1, 2]))).toThrow(/^gatherND: axes without elements/)
    expect(() => scatterND(int32([0], [1, 1]), zeros([1]), [0])).toThrow(/^scatterND: axes without elements/)
    expect(() => segmentSum(zeros([1]), int32([0], [1]), 0)).toThrow(/^segmentSum: axes without elements/)
    expect(() => take(zeros([0]), int32([0], [1]))).toThrow(/^take: an axis without elements/)
  })

  test('more positions than a device can count are refused', () => {
    setBackend(referenceBackend({ maxInt: 5 }))
    expect(gatherND(zeros([2, 3]), int32([1, 2], [1, 2])).shape).toEqual([1])
    expect(() => gatherND(zeros([2, 4]), int32([1, 2], [1, 2]))).toThrow(UnsupportedError)
  })
})

describe('refuse', () => {
  const x = (): Tensor => zeros([2, 3])
  const one = (): Tensor => int32([0], [1])

  test('indices that are no integers, or no tensor', () => {
    expect(() => gatherND(x(), tensor([[0]]))).toThrow(DTypeError)
    expect(() => gatherND(x(), [[0]] as never)).toThrow(/^gatherND: indices is not a tensor/)
    expect(() => scatterND(tensor([[true]]), zeros([1, 3]), [2, 3])).toThrow(DTypeError)
    expect(() => segmentSum(x(), zeros([2]), 1)).toThrow(/^segmentSum: segmentIds are not integers/)
    expect(() => take(x(), tensor([0.5]))).toThrow(DTypeError)
  })

  test('shapes that do not fit', () => {
    expect(() => gatherND(x(), int32([0], []))).toThrow(/^gatherND: indices is a scalar/)
    expect(() => gatherND(x(), int32([0, 0, 0], [1, 3]))).toThrow(ShapeError)
    expect(() => scatterND(int32([0, 0], [1, 2]), zeros([2]), [2, 3])).toThrow(/updates of shape \[1\]/)
    expect(() => scatterND(one(), zeros([]), [2.5])).toThrow(ShapeError)
    expect(() => segmentSum(x(), int32([0, 0, 0], [3]), 1)).toThrow(/there is not one id for each slice/)
    expect(() => segmentSum(zeros([]), int32([0], []), 1)).toThrow(ShapeError)
    expect(() => take(x(), one(), { axis: 2 })).toThrow(/^take: axis is outside/)
  })

  test('numbers of segments and options that make no sense', () => {
    expect(() => segmentSum(x(), int32([0, 0], [2]), 1.5)).toThrow(ArgumentError)
    expect(() => segmentSum(x(), int32([0, 0], [2]), undefined as never)).toThrow(/numSegments is not/)
    expect(() => take(x(), one(), { axsi: 1 } as never)).toThrow(/^take: unknown option "axsi"/)
  })

  test('tensors of other backends', () => {
    const elsewhere = tensor([[0]], { dtype: 'int32', backend: testBackends[1]! })
    expect(() => gatherND(x(), elsewhere)).toThrow(BackendMismatchError)
    expect(() => scatterND(elsewhere, zeros([1, 3]), [2, 3])).toThrow(BackendMismatchError)
    expect(() => segmentSum(zeros([1, 1]), elsewhere, 1)).toThrow(BackendMismatchError)
    expect(() => take(x(), elsewhere)).toThrow(BackendMismatchError)
  })
})
