import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { diag } from './diag.ts'
import { type DiagonalOptions, diagonal } from './diagonal.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  expectValues,
  forEachTensor,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { trace } from './trace.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** Found by looking at every position of the two axes. */
function diagonalIn(x: Plain, { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions): Plain {
  const rank = x.shape.length
  const [rows, columns] = [(axis1 + rank) % rank, (axis2 + rank) % rank]
  const found: (readonly [number, number])[] = []
  for (let i = 0; i < x.shape[rows]!; i++)
    for (let j = 0; j < x.shape[columns]!; j++) if (j - i === offset) found.push([i, j])
  const others = x.shape.map((_, d) => d).filter((d) => d !== rows && d !== columns)
  return plain([...others.map((d) => x.shape[d]!), found.length], (index) => {
    const [i, j] = found[index.at(-1)!]!
    return at(
      x,
      x.shape.map((_, d) => (d === rows ? i : d === columns ? j : index[others.indexOf(d)]!)),
    )
  })
}

const rows: { shape: number[]; options: DiagonalOptions }[] = [
  { shape: [3, 3], options: {} },
  { shape: [2, 4], options: { offset: 1 } },
  { shape: [2, 4], options: { offset: 3 } },
  { shape: [2, 4], options: { offset: 4 } },
  { shape: [4, 2], options: { offset: -2 } },
  { shape: [4, 2], options: { offset: -9 } },
  { shape: [2, 3, 4], options: {} },
  { shape: [2, 3, 4], options: { axis1: -1, axis2: 0 } },
  { shape: [3, 2, 3], options: { axis1: 0, axis2: 2, offset: -1 } },
  { shape: [2, 3, 4], options: { axis1: 1, axis2: 2, offset: 1 } },
  { shape: [0, 3], options: {} },
  { shape: [0, 2, 2], options: { axis1: 1, axis2: 2 } },
  { shape: [2, 1, 2, 1, 2], options: { axis1: 2, axis2: 4 } },
]

test.each(rows)('diagonal of $shape with $options agrees with plain loops', ({ shape, options }) => {
  checkValues(
    shape,
    (x) => diagonal(x, options),
    (x) => diagonalIn(x, options),
  )
})

test.each(rows)('trace of $shape with $options agrees with plain loops', ({ shape, options }) => {
  forEachTensor(shape, ({ x, values }) => {
    const parts = diagonalIn(values, options)
    const out = trace(x, options)
    expect(out.dtype).toBe(x.dtype === 'bool' || x.dtype === 'uint8' ? 'int32' : x.dtype)
    const outer = parts.shape.slice(0, -1)
    const sums = plain(outer, (index) =>
      Array.from({ length: parts.shape.at(-1)! }, (_, i) => at(parts, [...index, i])).reduce(
        (a, b) => a + b,
        0,
      ),
    )
    expectValues(out, sums)
    out.dispose()
  })
})

test.each([0, 1, -2])('diag of a vector writes diagonal %i', (k) => {
  const side = 3 + Math.abs(k)
  checkValues(
    [3],
    (x) => diag(x, { k }),
    ({ values }) => plain([side, side], ([i, j]) => (j! - i! === k ? values[Math.min(i!, j!)]! : 0)),
  )
})

test('diag of a vector without elements is a matrix of zeros', () => {
  expect(diag(zeros([0])).shape).toEqual([0, 0])
  expect(diag(zeros([0]), { k: 1 }).arraySync()).toEqual([[0]])
})

test('diag of a matrix is its diagonal', () => {
  checkValues(
    [2, 4],
    (x) => diag(x, { k: 1 }),
    (x) => diagonalIn(x, { offset: 1 }),
  )
})

test('a diagonal copies nothing, whatever lies on it', () => {
  const x = tensor([
    [Number.NaN, 1],
    [2, -0],
  ])
  expect(diagonal(x).storage).toBe(x.storage)
  expect(diag(x).storage).toBe(x.storage)
  expect([...diagonal(x).dataSync()]).toEqual([Number.NaN, -0])
  expect([...diag(diagonal(x)).dataSync()]).toEqual([Number.NaN, 0, 0, -0])
})

test('have gradients of both orders', async () => {
  await checkBothGradients([[2, 3]], (x) => diagonal(x!, { offset: 1 }))
  await checkBothGradients([[2, 2, 3]], (x) => diagonal(x!, { axis1: 2, axis2: 0 }))
  await checkBothGradients([[2, 3]], (x) => diagonal(x!, { offset: 9 }))
  await checkBothGradients([[2, 2, 1, 2, 2]], (x) => diagonal(x!, { axis1: 1, axis2: 3 }))
  await checkBothGradients([[3]], (x) => diag(x!, { k: -1 }))
  await checkBothGradients([[3, 2]], (x) => diag(x!))
  await checkBothGradients([[2, 3, 2]], (x) => trace(x!, { axis1: 1, axis2: 2 }))
})

test('refuse bad tensors, axes and offsets', () => {
  for (const [name, f] of Object.entries({ diagonal, trace })) {
    expect(() => f(zeros([3]))).toThrow(ShapeError)
    expect(() => f(zeros([3]))).toThrow(new RegExp(`^${name}: the tensor has no matrices`))
    expect(() => f(zeros([2, 2]), { axis1: 2 })).toThrow(/axis1 is outside the tensor's dimensions/)
    expect(() => f(zeros([2, 2]), { axis2: -2 })).toThrow(/axis1 and axis2 are the same axis/)
    expect(() => f(zeros([2, 2]), { offset: 0.5 })).toThrow(ArgumentError)
    expect(() => f([[1]] as never)).toThrow(/x is not a tensor/)
  }
  expect(() => diag(zeros([]))).toThrow(/^diag: the tensor is neither a vector nor a matrix/)
  expect(() => diag(zeros([2, 2, 2]))).toThrow(ShapeError)
  expect(() => diag(zeros([2]), { k: Infinity })).toThrow(ArgumentError)
  expect(() => diag(zeros([2]), { k: 2 ** 52 })).toThrow(/more elements than can be counted/)
})
