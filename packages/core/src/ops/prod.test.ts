import { beforeEach, describe, expect, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { testBackends } from './movement-test-cases.ts'
import { prod } from './prod.ts'
import { gradAt } from './reduction-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

describe('the gradient of prod', () => {
  test.each([
    [
      [2, 3, 4],
      [12, 8, 6],
    ],
    [
      [0, 3, 4],
      [12, 0, 0],
    ],
    [
      [0, 3, 0, 5],
      [0, 0, 0, 0],
    ],
    [
      [-0, 2],
      [2, -0],
    ],
    [[7], [1]],
    [
      [2, 0.5, 4, 3, 5],
      [30, 120, 15, 20, 12],
    ],
    [
      [0, 1e30, 1e30],
      [Infinity, 0, 0],
    ],
  ])('%j is exactly %j', (values, expected) => {
    expect(gradAt(prod, values)).toEqual(expected)
  })

  test('has the other products as second derivative, with any number of zeros', () => {
    const mixed = (values: number[]): number[] => {
      const slope = (y: Tensor) => grad((z: Tensor) => prod(z))(y)
      return gradAt(slope, values)
    }
    // Σⱼ ∂²/∂xᵢ∂xⱼ, the sum over j ≠ i of the products without i and j.
    const oracle = (values: number[]): number[] =>
      values.map((_, i) =>
        values.reduce(
          (result, _v, j) =>
            j === i ? result : result + values.reduce((p, x, k) => (k === i || k === j ? p : p * x), 1),
          0,
        ),
      )
    for (const values of [
      [2, 3],
      [2, 3, 4, 5],
      [0, 3, 4],
      [0, 3, 0, 5],
      [0, 0, 0],
      [1, 2, 0, 4, 0, 6, 7],
    ]) {
      expect(mixed(values)).toEqual(oracle(values))
    }
  })

  test('agrees with differences where there are zeros, along several axes', async () => {
    for (const backend of testBackends) {
      const values = [0, 1.5, -2, 0.5, 0, 0, 1, 0, 3, 2, -1, 0.25]
      const x = tensor(values, { shape: [2, 3, 2], dtype: 'float64', backend })
      for (const axis of [0, 1, [0, 2], [0, 1, 2]]) {
        await checkGradients((y) => prod(y!, { axis }), [x], { order: 2 })
      }
    }
  })
})
