import { setBackend, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { computeFans } from './fans.ts'
import * as initializers from './index.ts'

setBackend(referenceBackend())

/** The standard deviation of a standard normal number that is truncated at ±2. */
const truncated = 0.87962566103423978
const shape = [100, 300]
const seed = 5

interface Expected {
  readonly mean?: number
  readonly stddev: number
  /** How far from the mean values may lie. */
  readonly reach?: number
}

const uniform = (limit: number): Expected => ({ stddev: limit / Math.sqrt(3), reach: limit })
const cut = (stddev: number): Expected => ({ stddev, reach: (2 * stddev) / truncated })

describe('30,000 values have the mean, the deviation and the range they should', () => {
  const { VarianceScaling } = initializers
  test.each<[string, initializers.Initializer, Expected]>([
    ['RandomNormal', new initializers.RandomNormal({ mean: 1, stddev: 0.2, seed }), { mean: 1, stddev: 0.2 }],
    ['RandomNormal of the defaults', new initializers.RandomNormal({ seed }), { stddev: 0.05 }],
    [
      'RandomUniform',
      new initializers.RandomUniform({ minval: -1, maxval: 3, seed }),
      { mean: 1, ...uniform(2) },
    ],
    ['RandomUniform of the defaults', new initializers.RandomUniform({ seed }), uniform(0.05)],
    [
      'TruncatedNormal',
      new initializers.TruncatedNormal({ mean: -1, stddev: 0.5, seed }),
      { mean: -1, stddev: 0.5 * truncated, reach: 1 },
    ],
    ['GlorotUniform', new initializers.GlorotUniform({ seed }), uniform(Math.sqrt(6 / 400))],
    ['GlorotNormal', new initializers.GlorotNormal({ seed }), cut(Math.sqrt(2 / 400))],
    ['HeUniform', new initializers.HeUniform({ seed }), uniform(Math.sqrt(6 / 100))],
    ['HeNormal', new initializers.HeNormal({ seed }), cut(Math.sqrt(2 / 100))],
    ['LecunUniform', new initializers.LecunUniform({ seed }), uniform(Math.sqrt(3 / 100))],
    ['LecunNormal', new initializers.LecunNormal({ seed }), cut(Math.sqrt(1 / 100))],
    ['VarianceScaling of the defaults', new VarianceScaling({ seed }), cut(Math.sqrt(1 / 100))],
    [
      'VarianceScaling by outputs',
      new VarianceScaling({ scale: 3, mode: 'fanOut', seed }),
      cut(Math.sqrt(3 / 300)),
    ],
    [
      'VarianceScaling by both, not truncated',
      new VarianceScaling({ mode: 'fanAvg', distribution: 'untruncatedNormal', seed }),
      { stddev: Math.sqrt(1 / 200) },
    ],
    [
      'VarianceScaling, uniform',
      new VarianceScaling({ distribution: 'uniform', seed }),
      uniform(Math.sqrt(3 / 100)),
    ],
    [
      'VarianceScaling by axes',
      new VarianceScaling({ inputAxes: [1], outputAxes: [0], seed }),
      cut(Math.sqrt(1 / 300)),
    ],
  ])('%s', (_, initializer, { mean = 0, stddev, reach = Number.POSITIVE_INFINITY }) => {
    using x = initializer.apply(shape)
    const values = x.dataSync() as Float32Array
    const n = values.length
    const sampleMean = values.reduce((sum, value) => sum + value, 0) / n
    const variance = values.reduce((sum, value) => sum + (value - sampleMean) ** 2, 0) / (n - 1)
    // Five standard errors; the variance of a sample's variance is at most 2σ⁴/n, that of normal numbers.
    expect(Math.abs(sampleMean - mean)).toBeLessThan((5 * stddev) / Math.sqrt(n))
    expect(Math.abs(variance - stddev ** 2)).toBeLessThan(5 * stddev ** 2 * Math.sqrt(2 / n))
    const farthest = values.reduce((far, value) => Math.max(far, Math.abs(value - mean)), 0)
    expect(farthest).toBeLessThanOrEqual(reach * (1 + 1e-6))
    // Not a narrower distribution: the last hundredth of the range is reached.
    if (reach !== Number.POSITIVE_INFINITY) expect(farthest).toBeGreaterThan(0.99 * reach)
  })
})

test.each([
  [[], 1, 1],
  [[5], 5, 5],
  [[3, 4], 3, 4],
  [[3, 2, 4], 6, 12],
  [[2, 3, 4, 5], 24, 30],
])('the fans of %j are Keras’s: %d in, %d out', (of, fanIn, fanOut) => {
  expect(computeFans(of, null, null)).toEqual({ fanIn, fanOut })
})

test('fans of given axes', () => {
  expect(computeFans([2, 3, 4, 5], [0, -1], [1, 2])).toEqual({ fanIn: 10, fanOut: 12 })
  expect(() => computeFans([2, 3], [2], [0])).toThrow(/does not have this axis/)
})

describe('Orthogonal', () => {
  test.each([
    [[6, 6], 1],
    [[8, 3], 1],
    [[3, 8], 2],
    [[1, 5], 1],
    [[5, 1], -0.5],
    [[3, 3, 2, 7], 1],
    [[2, 2, 30], 1],
    [[1, 1], 1],
  ])('a matrix of shape %j and gain %d has orthonormal rows or columns', (of, gain) => {
    using x = new initializers.Orthogonal({ gain, seed }).apply(of, { dtype: 'float64' })
    expect(x.shape).toEqual(of)
    const columns = of.at(-1)!
    const rows = x.size / columns
    const values = x.dataSync()
    const at =
      rows >= columns
        ? (i: number, k: number) => values[k * columns + i]!
        : (i: number, k: number) => values[i * columns + k]!
    const [n, m] = [Math.min(rows, columns), Math.max(rows, columns)]
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0
        for (let k = 0; k < m; k++) product += at(i, k) * at(j, k)
        expect(product).toBeCloseTo(i === j ? gain ** 2 : 0, 10)
      }
    }
  })

  test('matrices are evenly distributed: entries have the mean 0 and the variance 1/n, signs are even', () => {
    const count = 2000
    let [sum, squares, positive] = [0, 0, 0]
    for (let i = 0; i < count; i++) {
      using x: Tensor = new initializers.Orthogonal({ seed: i }).apply([3, 3])
      const first = x.dataSync()[0]!
      sum += first
      squares += first ** 2
      if (first > 0) positive++
    }
    expect(Math.abs(sum / count)).toBeLessThan(5 * Math.sqrt(1 / 3 / count))
    // The variance of the square of an entry is 4/45.
    expect(Math.abs(squares / count - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / count))
    expect(Math.abs(positive / count - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / count))
  })
})
