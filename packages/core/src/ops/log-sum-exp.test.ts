import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { logSumExp } from './log-sum-exp.ts'
import { testBackends } from './movement-test-cases.ts'
import { gradAt } from './reduction-test-cases.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

describe('logSumExp', () => {
  test('neither overflows nor loses small terms', () => {
    expect(logSumExp(tensor([1000, 1000])).dataSync()[0]).toBeCloseTo(1000 + Math.LN2, 3)
    expect(logSumExp(tensor([-1000, -1000])).dataSync()[0]).toBeCloseTo(-1000 + Math.LN2, 3)
    const big = tensor(new Float64Array([1e308, -1e308]))
    expect(logSumExp(big).dataSync()[0]).toBe(1e308)
  })

  test.each([
    [
      [1000, 1000],
      [0.5, 0.5],
    ],
    [
      [-Infinity, 0],
      [0, 1],
    ],
    [
      [-Infinity, -Infinity],
      [0, 0],
    ],
    [
      [Infinity, 5, -Infinity],
      [1, 0, 0],
    ],
    [
      [Infinity, Infinity],
      [0.5, 0.5],
    ],
    [
      [Number.NaN, 1],
      [Number.NaN, Number.NaN],
    ],
  ])('the gradient at %j is %j', (values, expected) => {
    expect(gradAt(logSumExp, values)).toEqual(expected)
    for (const backend of testBackends) {
      const x = tensor(values, { dtype: 'float64', backend })
      expect([...grad((y: Tensor) => logSumExp(y))(x).dataSync()]).toEqual(expected)
      const second = grad((y: Tensor) => sum(grad((z: Tensor) => logSumExp(z))(y)))(x)
      if (!values.some(Number.isNaN)) expect([...second.dataSync()].every(Number.isFinite)).toBe(true)
    }
  })
})
