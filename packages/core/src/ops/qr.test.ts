import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError, UnsupportedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { matmul } from './matmul.ts'
import { expectClose, type Matrix, matricesOf, product, transposed, waves } from './matrix-test-cases.ts'
import { checkBothGradients, expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { qr } from './qr.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

const shapes = [
  [1, 1],
  [2, 2],
  [3, 1],
  [1, 3],
  [5, 5],
  [6, 3],
  [3, 6],
  [2, 4, 2],
  [2, 1, 2, 4],
  [3, 2, 2],
]

const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)))

describe.each(['reduced', 'complete'] as const)('%s', (mode) => {
  test.each(shapes.map((shape) => [shape]))('factors of %j', (shape) => {
    const [m, n] = shape.slice(-2) as [number, number]
    const k = mode === 'complete' ? m : Math.min(m, n)
    for (const backend of testBackends) {
      const x = waves(shape, 1, 'float64', backend)
      const { q, r } = qr(x, { mode })
      expect(q.shape).toEqual([...shape.slice(0, -2), m, k])
      expect(r.shape).toEqual([...shape.slice(0, -2), k, n])
      const [orthonormal, triangular] = [matricesOf(q), matricesOf(r)]
      expectClose(
        orthonormal.map((factor, i) => product(factor, triangular[i]!)),
        matricesOf(x),
      )
      for (const factor of orthonormal) expectClose(product(transposed(factor), factor), identity(k))
      for (const factor of triangular) {
        expect(factor.every((row, i) => row.slice(0, i).every((value) => value === 0))).toBe(true)
      }
      expectBalanced(() => Object.values(qr(x, { mode })))
    }
  })

  test('of nothing', () => {
    for (const [m, n] of [
      [0, 0],
      [3, 0],
      [0, 3],
    ] as const) {
      const k = mode === 'complete' ? m : 0
      const { q, r } = qr(zeros([2, m, n]), { mode })
      expect([q.shape, r.shape]).toEqual([
        [2, m, k],
        [2, k, n],
      ])
      expect(matricesOf(q)).toEqual([0, 1].map(() => identity(m).map((row) => row.slice(0, k))))
    }
    expect(qr(zeros([0, 2, 2]), { mode }).q.shape).toEqual([0, 2, 2])
  })
})

test('the signs are those of reflections', () => {
  for (const backend of testBackends) {
    const x = tensor([3, 1, 4, 2], { shape: [2, 2], dtype: 'float64', backend })
    expectClose(qr(x).q.arraySync(), [
      [-0.6, -0.8],
      [-0.8, 0.6],
    ])
    expectClose(qr(x).r.arraySync(), [
      [-5, -2.2],
      [0, 0.4],
    ])
    const lower = mul(x, -1)
    expectClose(qr(lower).r.arraySync(), [
      [5, 2.2],
      [0, -0.4],
    ])
    // Nothing to reflect: LAPACK leaves the sign as it is.
    const upper = tensor([2, 1, 0, 3], { shape: [2, 2], dtype: 'float64', backend })
    expectClose(qr(upper).q.arraySync(), [
      [1, 0],
      [0, 1],
    ])
    const first = tensor([0, 1], { shape: [2, 1], dtype: 'float64', backend })
    expectClose(qr(first).r.arraySync(), [[-1]])
  }
})

const all = (x: Tensor, mode?: 'complete'): Tensor => {
  const { q, r } = qr(x, mode === undefined ? {} : { mode })
  return add(sum(mul(q, waves(q.shape, 5, 'float64', q.storage.backend))), sum(mul(mul(r, r), 0.3)))
}

test.each([[[1, 1]], [[3, 3]], [[4, 2]], [[2, 3]], [[2, 3, 2]]])(
  'has gradients of both orders for %j',
  async (shape) => {
    await checkBothGradients([shape], (x) => all(well(x!)))
    if (shape.at(-2)! <= shape.at(-1)!) await checkBothGradients([shape], (x) => all(well(x!), 'complete'))
  },
)

/** The first columns far from dependent. */
function well(x: Tensor): Tensor {
  const [m, n] = x.shape.slice(-2) as [number, number]
  const values = Array.from({ length: m * n }, (_, i) => (Math.floor(i / n) === i % n ? 4 : 0))
  return add(x, tensor(values, { shape: [m, n], dtype: x.dtype, backend: x.storage.backend }))
}

test('a complete q of a tall matrix has no gradient, and trying leaves nothing behind', () => {
  const x = ones([3, 2])
  const before = memory()
  const attempt = (): unknown => grad((t: Tensor) => sum(qr(t, { mode: 'complete' }).r))(x)
  expect(attempt).toThrow(UnsupportedError)
  expect(attempt).toThrow(/^qr: a complete q has columns that x does not determine.*mode: 'reduced'/s)
  expect(memory()).toEqual(before)
})

test('columns that are dependent, zero or of extreme size are factored', () => {
  for (const values of [
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [1e30, 1, 1e30, -1],
    [1e-30, 1, 1e-30, -1],
  ]) {
    const x = tensor(values, { shape: [2, 2] })
    const { q, r } = qr(x)
    const back = [...matmul(q, r).dataSync()]
    values.forEach((value, i) => {
      expect(Math.abs(back[i]! - Math.fround(value))).toBeLessThanOrEqual(1e-5 * Math.max(...values))
    })
    expectClose(product(transposed(matricesOf(q)[0]!), matricesOf(q)[0]!), identity(2), 1e-6)
  }
})

test('NaN spreads to its own matrix alone', () => {
  const { r } = qr(tensor([Number.NaN, 1, 1, 1, 2, 1, 0, 3], { shape: [2, 2, 2] }))
  const [lost, kept] = matricesOf(r)
  expect(lost![0]!.some(Number.isFinite)).toBe(false)
  expectClose(kept, [
    [2, 1],
    [0, 3],
  ])
})

test('integers and bools become float32', () => {
  for (const dtype of dtypes) {
    const { q, r } = qr(tensor([1, 0, 0, 1], { shape: [2, 2], dtype }))
    const floats = dtype === 'float64' ? 'float64' : 'float32'
    expect([q.dtype, r.dtype]).toEqual([floats, floats])
    expectClose(product(matricesOf(q)[0]!, matricesOf(r)[0]!), identity(2))
  }
})

describe('refuses', () => {
  test('what has no matrices', () => {
    expect(() => qr(ones([2]))).toThrow(ShapeError)
    expect(() => qr(ones([]))).toThrow(/^qr: x has no matrices/)
  })
  test('bad options', () => {
    expect(() => qr(ones([2, 2]), { mode: 'raw' } as never)).toThrow(ArgumentError)
    expect(() => qr(ones([2, 2]), { mode: 'raw' } as never)).toThrow(/the mode is unknown/)
    expect(() => qr(ones([2, 2]), { modes: 'complete' } as never)).toThrow(/did you mean mode\?/)
  })
  test('what is no usable tensor', () => {
    const gone = ones([2, 2])
    gone.dispose()
    expect(() => qr(gone)).toThrow(DisposedError)
    expect(() => qr([[1]] as never)).toThrow(/x is not a tensor/)
  })
})
