import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import {
  expectClose,
  type Matrix,
  matricesOf,
  product,
  shifted,
  transposed,
  waves,
} from './matrix-test-cases.ts'
import { checkBothGradients, expectBalanced, testBackends } from './movement-test-cases.ts'
import { sum } from './sum.ts'
import { triangularSolve } from './triangular-solve.ts'

beforeEach(() => setBackend(testBackends[0]!))

const choices = [false, true].flatMap((upper) =>
  [false, true].flatMap((transpose) =>
    [false, true].map((unitDiagonal) => ({ upper, transpose, unitDiagonal })),
  ),
)

type Choice = (typeof choices)[number]

/** What the solver reads of a matrix. */
function triangle(a: Matrix, { upper, transpose, unitDiagonal }: Choice): Matrix {
  const read = a.map((row, i) =>
    row.map((value, j) => {
      if (i === j) return unitDiagonal ? 1 : value
      return upper === j > i ? value : 0
    }),
  )
  return transpose ? transposed(read) : read
}

describe.each(choices)('upper $upper, transpose $transpose, unitDiagonal $unitDiagonal', (options) => {
  test.each([
    [
      [1, 1],
      [1, 1],
    ],
    [
      [2, 2],
      [2, 3],
    ],
    [
      [5, 5],
      [5, 2],
    ],
    [
      [2, 3, 3],
      [2, 3, 1],
    ],
    [
      [2, 3, 3],
      [3, 2],
    ],
    [
      [3, 3],
      [2, 3, 2],
    ],
    [
      [2, 1, 3, 3],
      [4, 3, 1],
    ],
  ])('a of %j and b of %j', (shapeOfA, shapeOfB) => {
    for (const backend of testBackends) {
      const a = shifted(waves(shapeOfA, 1, 'float64', backend))
      const b = waves(shapeOfB, 2, 'float64', backend)
      const x = triangularSolve(a, b, options)
      const batch = x.shape.slice(0, -2)
      const wanted = matricesOf(expandTo(b, [...batch, ...shapeOfB.slice(-2)]))
      const matrices = matricesOf(expandTo(a, [...batch, ...shapeOfA.slice(-2)]))
      expectClose(
        matricesOf(x).map((solution, m) => product(triangle(matrices[m]!, options), solution)),
        wanted,
      )
      expectBalanced(() => triangularSolve(a, b, options))
    }
  })

  test('has gradients of both orders', async () => {
    await checkBothGradients(
      [
        [3, 3],
        [3, 2],
      ],
      (a, b) => triangularSolve(shifted(a!), b!, options),
    )
    await checkBothGradients([[2, 3, 3], [3]], (a, b) => triangularSolve(shifted(a!), b!, options))
  })
})

test('of nothing there is nothing', () => {
  for (const [a, b] of [
    [
      [0, 0],
      [0, 3],
    ],
    [
      [2, 2],
      [2, 0],
    ],
    [
      [0, 2, 2],
      [2, 1],
    ],
  ] as const) {
    const x = triangularSolve(ones(a), ones(b))
    expect(x.size).toBe(0)
    const g = grad((t: Tensor) => sum(triangularSolve(shifted(t), ones(b))))(ones(a))
    expect(g.shape).toEqual(a)
    expect([...g.dataSync()].every((value) => value === 0)).toBe(true)
  }
  expect(triangularSolve(ones([0, 0]), ones([0])).shape).toEqual([0])
  expect(triangularSolve(ones([3, 2, 2]), ones([2])).shape).toEqual([3, 2])
})

test('dtypes are promoted, and integers and bools become float32', () => {
  for (const dtype of dtypes) {
    const a = tensor([1, 0, 1, 1], { shape: [2, 2], dtype })
    const x = triangularSolve(a, tensor([1, 0], { dtype }))
    expect([x.dtype, ...x.dataSync()]).toEqual([dtype === 'float64' ? 'float64' : 'float32', 1, -1])
  }
  expect(triangularSolve(ones([2, 2]), ones([2], { dtype: 'float64' })).dtype).toBe('float64')
})

test('what is not in the triangle has no influence, and a zero on the diagonal gives no error', () => {
  const a = tensor([2, Number.NaN, 4, 8], { shape: [2, 2] })
  expect([...triangularSolve(a, tensor([2, 4])).dataSync()]).toEqual([1, 0])
  const unread = tensor([Number.NaN, Number.NaN, 4, Number.NaN], { shape: [2, 2] })
  expect([...triangularSolve(unread, tensor([1, 4]), { unitDiagonal: true }).dataSync()]).toEqual([1, 0])
  expect(triangularSolve(zeros([1, 1]), ones([1])).dataSync()[0]).toBe(Number.POSITIVE_INFINITY)
  expect(triangularSolve(zeros([1, 1]), zeros([1])).dataSync()[0]).toBeNaN()
})

describe('refuses', () => {
  test('shapes that are no system', () => {
    expect(() => triangularSolve(ones([2, 3]), ones([2]))).toThrow(ShapeError)
    expect(() => triangularSolve(ones([2, 3]), ones([2]))).toThrow(
      /^triangularSolve: the matrices of a are not square/,
    )
    expect(() => triangularSolve(ones([2]), ones([2]))).toThrow(/a has no matrices/)
    expect(() => triangularSolve(ones([2, 2]), ones([]))).toThrow(/b is a scalar/)
    expect(() => triangularSolve(ones([2, 2]), ones([3]))).toThrow(/2 \(a, axis -1\) = 3 \(b, axis -1\)/)
    expect(() => triangularSolve(ones([4, 2, 2]), ones([4, 2]))).toThrow(/hint: a batch of vectors/)
    expect(() => triangularSolve(ones([4, 2, 2]), ones([3, 2, 1]))).toThrow(/do not broadcast/)
  })
  test('bad options', () => {
    expect(() => triangularSolve(ones([2, 2]), ones([2]), { upper: 1 } as never)).toThrow(ArgumentError)
    expect(() => triangularSolve(ones([2, 2]), ones([2]), { lower: true } as never)).toThrow(
      /unknown option "lower"/,
    )
  })
  test('what is no usable tensor', () => {
    const gone = ones([2, 2])
    gone.dispose()
    expect(() => triangularSolve(gone, ones([2]))).toThrow(DisposedError)
    expect(() => triangularSolve(ones([2, 2]), [1, 2] as never)).toThrow(/b is not a tensor/)
    expect(() => triangularSolve(ones([2, 2]), ones([2], { backend: testBackends[1]! }))).toThrow(
      /different backends/,
    )
  })
})
