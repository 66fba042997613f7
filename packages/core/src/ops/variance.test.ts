import { beforeEach, describe, expect, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError } from '../errors/index.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { testBackends } from './movement-test-cases.ts'
import { gradAt } from './reduction-test-cases.ts'
import { std } from './std.ts'
import { variance } from './variance.ts'

beforeEach(() => setBackend(testBackends[0]!))

describe('variance and std', () => {
  test('take a correction', async () => {
    const x = tensor([1, 2, 3, 4])
    expect(variance(x, { correction: 1 }).dataSync()[0]).toBeCloseTo(5 / 3)
    expect(std(x, { correction: 1 }).dataSync()[0]).toBeCloseTo(Math.sqrt(5 / 3))
    expect(variance(x, { correction: 4 }).dataSync()[0]).toBe(Infinity)
    expect(variance(tensor([3]), { correction: 1 }).dataSync()[0]).toBeNaN()
    const y = tensor(new Float64Array([0.3, -1, 2]))
    await checkGradients((z) => variance(z!, { correction: 1 }), [y], { order: 2 })
    await checkGradients((z) => std(z!, { correction: 0.5 }), [y], { order: 2 })
  })

  test('refuse a correction that is no number of at least 0', () => {
    for (const op of [variance, std]) {
      expect(() => op(tensor([1]), { correction: -1 })).toThrow(ArgumentError)
      expect(() => op(tensor([1]), { correction: Number.NaN })).toThrow(/correction is not a number/)
      expect(() => op(tensor([1]), { correction: '1' as never })).toThrow(ArgumentError)
    }
  })

  test('do not cancel where the mean is large', () => {
    const x = tensor([10000, 10001, 10002])
    expect(variance(x).dataSync()[0]).toBeCloseTo(2 / 3, 5)
  })

  test('the gradient of std is 0 where nothing deviates', () => {
    expect(gradAt((x) => std(x, { axis: 0 }), [2, 2, 2])).toEqual([0, 0, 0])
    expect(gradAt((y) => grad((z: Tensor) => std(z))(y), [2, 2])).toEqual([0, 0])
  })
})
