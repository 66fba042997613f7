import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { determinant } from './determinant.ts'
import { cofactorsOf, expansion, expectClose, matricesOf, rolled, waves } from './matrix-test-cases.ts'
import { checkBothGradients, expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { slogdet } from './slogdet.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

const shapes = [[[1, 1]], [[2, 2]], [[3, 3]], [[5, 5]], [[2, 3, 3]], [[3, 1, 4, 4]], [[0, 0]], [[2, 0, 0]]]

test.each(shapes)('of %j agree with their expansion', (shape) => {
  for (const backend of testBackends) {
    for (const make of [rolled, (x: Tensor) => x]) {
      const x = make(waves(shape, 1, 'float64', backend))
      const expected = matricesOf(x).map(expansion)
      expect(determinant(x).shape).toEqual(shape.slice(0, -2))
      expectClose([...determinant(x).dataSync()], expected)
      const { sign, logAbsDet } = slogdet(x)
      expect([sign.shape, logAbsDet.shape]).toEqual([shape.slice(0, -2), shape.slice(0, -2)])
      expect([...sign.dataSync()]).toEqual(expected.map(Math.sign))
      expectClose(
        [...logAbsDet.dataSync()],
        expected.map((value) => Math.log(Math.abs(value))),
      )
      expectBalanced(() => determinant(x))
      expectBalanced(() => Object.values(slogdet(x)))
    }
  }
})

test('have gradients of both orders', async () => {
  for (const shape of [
    [1, 1],
    [3, 3],
    [2, 2, 2],
  ]) {
    await checkBothGradients([shape], (x) => determinant(rolled(x!)))
    await checkBothGradients([shape], (x) => slogdet(rolled(x!)).logAbsDet)
  }
})

test('the gradient of a determinant is the matrix of cofactors, also where it is singular', () => {
  const singular = [
    [
      [2, 0],
      [0, 0],
    ],
    [
      [0, 1],
      [0, 1],
    ],
    [
      [1, 2, 3],
      [2, 4, 7],
      [1, 2, 9],
    ],
    [
      [0, 1, 2],
      [0, 3, 4],
      [0, 5, 7],
    ],
    [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ],
    [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
    [
      [0, 0, 1, 2],
      [0, 0, 3, 4],
      [1, 2, 5, 6],
      [2, 4, 7, 7],
    ],
    [[0]],
    [[4]],
  ]
  for (const backend of testBackends) {
    for (const matrix of singular) {
      const x = tensor(matrix, { dtype: 'float64', backend })
      expectClose(determinant(x).arraySync(), expansion(matrix))
      expectClose(grad(determinant)(x).arraySync(), cofactorsOf(matrix))
      expectBalanced(() => grad(determinant)(x))
    }
    const x = rolled(waves([2, 4, 4], 1, 'float64', backend))
    const g = grad((t: Tensor) => sum(determinant(t)))(x)
    expectClose(matricesOf(g), matricesOf(x).map(cofactorsOf))
  }
})

test('of singular matrices are 0, with the sign 0 and the logarithm −∞', () => {
  for (const matrix of [
    [
      [1, 2],
      [2, 4],
    ],
    [
      [0, 0],
      [0, 0],
    ],
    [
      [0, 1],
      [0, 1],
    ],
  ]) {
    const x = tensor(matrix)
    expectClose(determinant(x).arraySync(), 0, 0)
    const { sign, logAbsDet } = slogdet(x)
    expectClose([sign.arraySync(), logAbsDet.arraySync()], [0, Number.NEGATIVE_INFINITY], 0)
  }
})

test('the logarithm does not overflow, and the determinant does', () => {
  const x = tensor([1e30, 0, 0, -1e30], { shape: [2, 2] })
  expect(determinant(x).arraySync()).toBe(Number.NEGATIVE_INFINITY)
  expect(slogdet(x).sign.arraySync()).toBe(-1)
  expectClose(slogdet(x).logAbsDet.arraySync(), 60 * Math.LN10, 1e-4)
})

test('NaN spreads to its own matrix alone', () => {
  const x = tensor([Number.NaN, 1, 1, 1, 2, 0, 0, 3], { shape: [2, 2, 2] })
  expect([...determinant(x).dataSync()]).toEqual([Number.NaN, 6])
  expect([...slogdet(x).sign.dataSync()]).toEqual([Number.NaN, 1])
})

test('the sign is a constant', () => {
  const x = rolled(waves([2, 2]))
  const weighted = grad((t: Tensor) => {
    const { sign, logAbsDet } = slogdet(t)
    return mul(sign, logAbsDet)
  })(x)
  const plain = grad((t: Tensor) => slogdet(t).logAbsDet)(x)
  const sign = slogdet(x).sign.arraySync() as number
  expectClose(
    weighted.arraySync(),
    matricesOf(plain).map((a) => a.map((row) => row.map((value) => sign * value))),
  )
})

test('integers and bools become float32', () => {
  for (const dtype of dtypes) {
    const x = tensor([0, 1, 1, 1], { shape: [2, 2], dtype })
    const floats = dtype === 'float64' ? 'float64' : 'float32'
    const { sign, logAbsDet } = slogdet(x)
    const results = [determinant(x), sign, logAbsDet].map((y) => [y.dtype, y.arraySync()])
    expect(results).toEqual([
      [floats, -1],
      [floats, -1],
      [floats, 0],
    ])
  }
})

test('of nothing', () => {
  expect(determinant(ones([0, 0])).arraySync()).toBe(1)
  expect(determinant(ones([0, 3, 3])).shape).toEqual([0])
  expect(slogdet(ones([2, 0, 0])).sign.arraySync()).toEqual([1, 1])
  expect(slogdet(ones([2, 0, 0])).logAbsDet.arraySync()).toEqual([0, 0])
  expect(grad(determinant)(ones([0, 0])).shape).toEqual([0, 0])
})

describe('refuse', () => {
  test.each([determinant, slogdet])('%o: what is not square', (f) => {
    expect(() => f(ones([2, 3]))).toThrow(ShapeError)
    expect(() => f(ones([2, 3]))).toThrow(`${f.name}: the matrices of x are not square`)
    expect(() => f(zeros([2]))).toThrow(/x has no matrices/)
  })
  test.each([determinant, slogdet])('%o: what is no usable tensor', (f) => {
    const gone = ones([2, 2])
    gone.dispose()
    expect(() => f(gone)).toThrow(DisposedError)
    expect(() => f([[1]] as never)).toThrow(/x is not a tensor/)
  })
})
