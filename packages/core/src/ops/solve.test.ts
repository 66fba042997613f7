import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { inverse } from './inverse.ts'
import { expectClose, matricesOf, product, rolled, waves } from './matrix-test-cases.ts'
import { checkBothGradients, expectBalanced, testBackends } from './movement-test-cases.ts'
import { solve } from './solve.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

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
    [8, 8],
    [8, 1],
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
])('a of %j times the solution is b of %j', (shapeOfA, shapeOfB) => {
  for (const backend of testBackends) {
    for (const make of [rolled, (x: Tensor) => x]) {
      const a = make(waves(shapeOfA, 1, 'float64', backend))
      const b = waves(shapeOfB, 2, 'float64', backend)
      const x = solve(a, b)
      const batch = x.shape.slice(0, -2)
      const matrices = matricesOf(expandTo(a, [...batch, ...shapeOfA.slice(-2)]))
      expectClose(
        matricesOf(x).map((solution, m) => product(matrices[m]!, solution)),
        matricesOf(expandTo(b, [...batch, ...shapeOfB.slice(-2)])),
      )
      expectBalanced(() => solve(a, b))
    }
  }
})

test.each([[[1, 1]], [[2, 2]], [[5, 5]], [[2, 3, 3]], [[3, 1, 4, 4]]])(
  'the inverse of %j times it is the identity',
  (shape) => {
    for (const backend of testBackends) {
      const x = rolled(waves(shape, 1, 'float64', backend))
      const inverses = matricesOf(inverse(x))
      matricesOf(x).forEach((a, m) => {
        expectClose(
          product(a, inverses[m]!),
          a.map((row, i) => row.map((_, j) => Number(i === j))),
        )
      })
      expectBalanced(() => inverse(x))
    }
  },
)

test('a vector is one right side', () => {
  expect(solve(ones([3, 1, 1]), ones([1])).shape).toEqual([3, 1])
  expectClose(solve(tensor([0, 2, 4, 1], { shape: [2, 2] }), tensor([4, 6])).arraySync(), [1, 2])
})

test('have gradients of both orders', async () => {
  await checkBothGradients(
    [
      [3, 3],
      [3, 2],
    ],
    (a, b) => solve(rolled(a!), b!),
  )
  await checkBothGradients([[2, 2, 2], [2]], (a, b) => solve(rolled(a!), b!))
  await checkBothGradients(
    [
      [2, 2],
      [2, 2, 1],
    ],
    (a, b) => solve(rolled(a!), b!),
  )
  await checkBothGradients([[3, 3]], (x) => inverse(rolled(x!)))
  await checkBothGradients([[2, 2, 2]], (x) => inverse(rolled(x!)))
})

test('of nothing there is nothing', () => {
  expect(solve(ones([0, 0]), ones([0, 3])).shape).toEqual([0, 3])
  expect(solve(ones([0, 0]), ones([0])).shape).toEqual([0])
  expect(solve(ones([2, 2]), ones([2, 0])).shape).toEqual([2, 0])
  expect(solve(ones([0, 2, 2]), ones([2, 1])).shape).toEqual([0, 2, 1])
  expect(inverse(ones([0, 0])).shape).toEqual([0, 0])
  expect(inverse(ones([0, 2, 2])).shape).toEqual([0, 2, 2])
  const g = grad((b: Tensor) => sum(solve(ones([0, 2, 2]), b)))(ones([2, 1]))
  expect(g.arraySync()).toEqual([[0], [0]])
})

test('dtypes are promoted, and integers and bools become float32', () => {
  for (const dtype of dtypes) {
    const a = tensor([0, 1, 1, 1], { shape: [2, 2], dtype })
    const floats = dtype === 'float64' ? 'float64' : 'float32'
    const x = solve(a, tensor([1, 0], { dtype }))
    expect([x.dtype, ...x.dataSync()]).toEqual([floats, -1, 1])
    const y = inverse(a)
    expect(y.dtype).toBe(floats)
    expectClose([...y.dataSync()], [-1, 1, 1, 0])
  }
  expect(solve(ones([1, 1]), ones([1], { dtype: 'float64' })).dtype).toBe('float64')
})

test('a singular matrix gives what is not finite, and no error', () => {
  for (const backend of testBackends) {
    const singular = tensor([1, 2, 2, 4], { shape: [2, 2], backend })
    expect([...solve(singular, ones([2], { backend })).dataSync()].some(Number.isFinite)).toBe(false)
    expect([...inverse(zeros([2, 2], { backend })).dataSync()].some(Number.isFinite)).toBe(false)
    const unknown = tensor([Number.NaN, 1, 1, 1], { shape: [2, 2], backend })
    expect([...solve(unknown, ones([2], { backend })).dataSync()].some(Number.isFinite)).toBe(false)
  }
})

test('the largest pivot keeps what rounding would lose', () => {
  const x = solve(tensor([1e-8, 1, 1, 1], { shape: [2, 2] }), tensor([1, 2]))
  expectClose(x.arraySync(), [1, 1], 1e-6)
})

describe('refuse', () => {
  test('shapes that are no system', () => {
    expect(() => solve(ones([2, 3]), ones([2]))).toThrow(ShapeError)
    expect(() => solve(ones([2, 3]), ones([2]))).toThrow(/^solve: the matrices of a are not square/)
    expect(() => solve(ones([2, 2]), ones([3, 1]))).toThrow(/2 \(a, axis -1\) = 3 \(b, axis -2\)/)
    expect(() => solve(ones([4, 2, 2]), ones([3, 2, 1]))).toThrow(/do not broadcast/)
    expect(() => inverse(ones([2, 3]))).toThrow(/^inverse: the matrices of x are not square/)
    expect(() => inverse(ones([2]))).toThrow(/x has no matrices/)
  })
  test('what is no usable tensor', () => {
    const gone = ones([2, 2])
    gone.dispose()
    expect(() => solve(gone, ones([2]))).toThrow(DisposedError)
    expect(() => inverse(gone)).toThrow(DisposedError)
    expect(() => inverse([[1]] as never)).toThrow(/x is not a tensor/)
    expect(() => solve(ones([2, 2]), ones([2], { backend: testBackends[1]! }))).toThrow(/different backends/)
  })
})
