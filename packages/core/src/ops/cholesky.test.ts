import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cholesky } from './cholesky.ts'
import { expectClose, matricesOf, product, shifted, transposed, waves } from './matrix-test-cases.ts'
import { checkBothGradients, expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each([[[1, 1]], [[2, 2]], [[3, 3]], [[6, 6]], [[2, 3, 4, 4]], [[0, 0]], [[0, 2, 2]]])(
  'a factor of %j and its transpose multiply to the symmetric part',
  (shape) => {
    for (const backend of testBackends) {
      const x = shifted(waves(shape, 1, 'float64', backend))
      const symmetric = matricesOf(x).map((a) => a.map((row, i) => row.map((v, j) => (v + a[j]![i]!) / 2)))
      const lower = matricesOf(cholesky(x))
      expectClose(
        lower.map((factor) => product(factor, transposed(factor))),
        symmetric,
      )
      for (const factor of lower) {
        factor.forEach((row, i) => {
          expect(row[i]).toBeGreaterThan(0)
          expect(row.slice(i + 1).every((value) => value === 0)).toBe(true)
        })
      }
      expect(matricesOf(cholesky(x, { upper: true }))).toEqual(lower.map(transposed))
      expectBalanced(() => cholesky(x))
      expectBalanced(() => cholesky(x, { upper: true }))
    }
  },
)

test.each([[[1, 1]], [[3, 3]], [[2, 2, 2]]])('has gradients of both orders for %j', async (shape) => {
  await checkBothGradients([shape], (x) => cholesky(shifted(x!)))
})

test('the upper factor has them too, and gradients are symmetric', async () => {
  await checkBothGradients([[2, 2]], (x) => cholesky(shifted(x!), { upper: true }))
  const weights = waves([3, 3], 4)
  const [g] = matricesOf(grad((x: Tensor) => sum(mul(cholesky(x), weights)))(shifted(waves([3, 3]))))
  expectClose(g, transposed(g!))
})

test('a matrix that is not positive definite gives NaN in its own triangle alone', () => {
  const x = tensor([4, 2, 2, 5, 1, 2, 2, 1, 1, 1, 1, 1, -1, 0, 0, 1], { shape: [4, 2, 2] })
  const lost = [Number.NaN, 0, Number.NaN, Number.NaN]
  for (const backend of testBackends) {
    const there = tensor(x.dataSync(), { shape: x.shape, backend })
    expect([...cholesky(there).dataSync()]).toEqual([2, 0, 1, 2, ...lost, ...lost, ...lost])
  }
  expect([...cholesky(tensor([[Number.NaN]])).dataSync()]).toEqual([Number.NaN])
  expect([...cholesky(tensor([[Number.NEGATIVE_INFINITY]])).dataSync()]).toEqual([Number.NaN])
})

test('integers and bools become float32', () => {
  for (const dtype of dtypes) {
    const out = cholesky(tensor([1, 0, 0, 1], { shape: [2, 2], dtype }))
    expect([out.dtype, ...out.dataSync()]).toEqual([dtype === 'float64' ? 'float64' : 'float32', 1, 0, 0, 1])
  }
})

describe('refuses', () => {
  test('what is not square', () => {
    expect(() => cholesky(ones([2, 3]))).toThrow(ShapeError)
    expect(() => cholesky(ones([2, 3]))).toThrow(/^cholesky: the matrices of x are not square/)
    expect(() => cholesky(ones([2]))).toThrow(/x has no matrices/)
  })
  test('bad options', () => {
    expect(() => cholesky(ones([2, 2]), { upper: 'yes' } as never)).toThrow(ArgumentError)
    expect(() => cholesky(ones([2, 2]), { lower: true } as never)).toThrow(/unknown option "lower"/)
  })
  test('what is no usable tensor', () => {
    const gone = ones([2, 2])
    gone.dispose()
    expect(() => cholesky(gone)).toThrow(DisposedError)
    expect(() => cholesky([[1]] as never)).toThrow(/x is not a tensor/)
  })
})
