import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend, View } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  averagePoolGradientKernel,
  averagePoolKernel,
} from './average-pool.ts'
import type { PoolGeometry } from './conv-geometry.ts'
import { expectVolumes, walk } from './conv-test-cases.ts'
import { globalAveragePool, globalMaxPool } from './global-pool.ts'
import {
  backendsWith,
  expectCleanFailure,
  failingKernel,
  store,
  uninitializedBackend,
  valuesOf,
} from './kernel-test-cases.ts'
import { maxPool1d, maxPool2d, maxPool3d, maxPoolGradientKernel, maxPoolKernel } from './max-pool.ts'
import { checkBothGradients, expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { checkBothOrders, expectClose, forEachLayout, layouts } from './neural-test-cases.ts'
import type { PoolOptions } from './pool.ts'
import { reshape } from './reshape.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** For each window, by its position in the output, the positions in the input of its elements, in row-major order. */
function windowsOf(x: View, geometry: PoolGeometry, out: View): number[][] {
  expectVolumes(x, out)
  const [batch, , , , channels] = x.shape as [number, number, number, number, number]
  expect(x.shape).toEqual([batch, ...geometry.input, channels])
  expect(out.shape).toEqual([batch, ...geometry.output, channels])
  const windows = Array.from({ length: out.size }, (): number[] => [])
  const [inputs, outputs] = [x.size / batch / channels, out.size / batch / channels]
  walk(geometry, (input, output) => {
    for (let b = 0; b < batch; b++) {
      for (let c = 0; c < channels; c++) {
        windows[(b * outputs + output) * channels + c]!.push((b * inputs + input) * channels + c)
      }
    }
  })
  for (const window of windows) expect(window.length).toBeGreaterThan(0)
  return windows
}

/** The position of the first NaN, else of the first of the largest. */
function firstMaximum(values: readonly number[], positions: readonly number[]): number {
  return positions.reduce((best, position) => {
    const [most, value] = [values[best]!, values[position]!]
    return !Number.isNaN(most) && (value > most || Number.isNaN(value)) ? position : best
  })
}

const calls = { max: 0, maxGradient: 0, average: 0, averageGradient: 0 }

/** Pooling as plain loops, as the keys of the kernels describe it. */
const fusedBackends = (): Backend[] =>
  backendsWith(({ kernels }) => {
    kernels.set(maxPoolKernel, (x, geometry, out) => {
      calls.max++
      const values = valuesOf(x)
      store(
        out,
        windowsOf(x, geometry, out).map((window) => values[firstMaximum(values, window)]!),
      )
    })
    kernels.set(maxPoolGradientKernel, (g, x, geometry, out) => {
      calls.maxGradient++
      const [values, gradients, sums] = [valuesOf(x), valuesOf(g), new Array<number>(out.size).fill(0)]
      expectVolumes(g, x, out)
      windowsOf(x, geometry, g).forEach((window, o) => {
        sums[firstMaximum(values, window)]! += gradients[o]!
      })
      store(out, sums)
    })
    kernels.set(averagePoolKernel, (x, geometry, out) => {
      calls.average++
      const values = valuesOf(x)
      store(
        out,
        windowsOf(x, geometry, out).map(
          (window) => window.reduce((total, i) => total + values[i]!, 0) / window.length,
        ),
      )
    })
    kernels.set(averagePoolGradientKernel, (g, geometry, out) => {
      calls.averageGradient++
      const [gradients, sums] = [valuesOf(g), new Array<number>(out.size).fill(0)]
      windowsOf(out, geometry, g).forEach((window, o) => {
        for (const i of window) sums[i]! += gradients[o]! / window.length
      })
      store(out, sums)
    })
  })

const samples: readonly { shape: readonly number[]; options: PoolOptions }[] = [
  { shape: [2, 6, 2], options: {} },
  { shape: [1, 7, 2], options: { poolSize: 3, strides: 2, padding: 'same' } },
  { shape: [2, 1, 1], options: { poolSize: 4, padding: 'same' } },
  { shape: [1, 7, 2], options: { poolSize: 2, strides: 3 } },
  { shape: [1, 2, 5], options: { poolSize: 3, strides: 1, padding: [[2, 1]], dataFormat: 'channelsFirst' } },
  { shape: [1, 4, 6, 2], options: {} },
  { shape: [1, 5, 4, 2], options: { poolSize: [3, 2], strides: [1, 2], padding: 'same' } },
  {
    shape: [1, 4, 3, 1],
    options: {
      poolSize: [1, 3],
      strides: 1,
      padding: [
        [0, 0],
        [2, 2],
      ],
    },
  },
  { shape: [1, 2, 3, 4], options: { poolSize: 2, strides: 1, dataFormat: 'channelsFirst' } },
  { shape: [1, 3, 2, 4, 1], options: { poolSize: [2, 1, 3], strides: 1, padding: 'same' } },
  { shape: [1, 2, 4, 2, 2], options: {} },
]

const ops = { max: [maxPool1d, maxPool2d, maxPool3d], average: [averagePool1d, averagePool2d, averagePool3d] }

describe.each(['max', 'average'] as const)('%s pooling', (kind) => {
  const pool = (x: Tensor, options: PoolOptions): Tensor => ops[kind][x.shape.length - 3]!(x, options)

  test.each(samples)(
    'of $shape with $options agrees with plain loops that the backend has',
    ({ shape, options }) => {
      const fused = fusedBackends()
      const weigh = (x: Tensor): Tensor => {
        const y = pool(x, options)
        return sum(mul(y, mul(y, y)))
      }
      for (const dtype of ['float32', 'float64'] as const) {
        const resultsOf = (backend: Backend): Tensor[] =>
          layouts(backend, dtype, shape).flatMap((x) => {
            expectBalanced(() => pool(x, options))
            expectBalanced(() => grad(weigh)(x))
            const [y, g] = [pool(x, options), grad(weigh)(x)]
            expect(y.dtype).toBe(dtype)
            return [y, g]
          })
        const [composed, ...others] = [...testBackends, uninitializedBackend(), ...fused].map(resultsOf)
        for (const results of others) {
          results.forEach((result, i) => {
            expect(result.shape).toEqual(composed![i]!.shape)
            expectClose(result.dataSync(), [...composed![i]!.dataSync()], { dtype })
          })
        }
      }
    },
  )

  test('computes in every dtype', () => {
    forEachLayout([1, 3, 2], (x) => {
      const y = pool(x, { strides: 1, padding: 'same' })
      expect(y.dtype).toBe(kind === 'max' || x.dtype === 'float64' ? x.dtype : 'float32')
      const values = [...x.dataSync()]
      const expected = values.map((value, i) => {
        const next = values[i + 2] ?? (kind === 'max' ? value : undefined)
        if (next === undefined) return value
        return kind === 'max' ? Math.max(value, next) : (value + next) / 2
      })
      expectClose(y.dataSync(), expected, { dtype: y.dtype })
    })
  })

  test('takes what is empty', () => {
    expect(pool(zeros([0, 4, 2]), {}).shape).toEqual([0, 2, 2])
    expect(pool(zeros([1, 4, 0]), { padding: 'same', poolSize: 3 }).shape).toEqual([1, 2, 0])
    expect(pool(zeros([1, 0, 2]), { padding: [[1, 1]] }).shape).toEqual([1, 0, 2])
    const none = grad((x: Tensor) => sum(pool(x, {})))(zeros([0, 4, 2]))
    expect(none.shape).toEqual([0, 4, 2])
  })

  test('refuses wrong arguments', () => {
    const x = ones([1, 4, 4, 2])
    const refused =
      (options: object): (() => Tensor) =>
      () =>
        pool(x, options)
    expect(() => ops[kind][1]!([1] as never)).toThrow(ArgumentError)
    expect(() => ops[kind][1]!(ones([4, 4, 2]))).toThrow(/Pool2d: x does not have 4 dimensions/)
    expect(refused({ poolSize: 5 })).toThrow(ShapeError)
    expect(refused({ poolSize: 5 })).toThrow(/the window is larger than the padded input/)
    expect(refused({ poolSize: 0 })).toThrow(/poolSize is not made of whole numbers/)
    expect(refused({ strides: [1, 1, 1] })).toThrow(/strides does not have one number/)
    expect(
      refused({
        padding: [
          [2, 0],
          [0, 0],
        ],
      }),
    ).toThrow(/padding is not less than the window/)
    expect(refused({ padding: 'full' })).toThrow(/padding is none that there is/)
    expect(refused({ dataFormat: 'NHWC' })).toThrow(/dataFormat is none/)
    expect(refused({ size: 2 })).toThrow(/unknown option "size"/)
    const gone = ones([1, 4, 2])
    gone.dispose()
    expect(() => pool(gone, {})).toThrow(DisposedError)
  })
})

test('runs one kernel of the backend for each part', () => {
  const [backend] = fusedBackends() as [Backend]
  Object.assign(calls, { max: 0, maxGradient: 0, average: 0, averageGradient: 0 })
  const x = ones([1, 4, 4, 1], { backend })
  grad((y: Tensor) => sum(maxPool2d(y)))(x)
  grad((y: Tensor) => sum(averagePool2d(y)))(x)
  expect(calls).toEqual({ max: 1, maxGradient: 1, average: 1, averageGradient: 1 })
  maxPool2d(ones([1, 4, 4, 1], { backend, dtype: 'int32' }))
  maxPool2d(ones([0, 4, 4, 1], { backend }))
  expect(calls.max).toBe(1)
  backend.kernels.set(maxPoolGradientKernel, failingKernel).set(averagePoolGradientKernel, failingKernel)
  expectCleanFailure(() => grad((y: Tensor) => sum(maxPool2d(y)))(x))
  expectCleanFailure(() => grad((y: Tensor) => sum(averagePool2d(y)))(x))
  backend.kernels.set(maxPoolKernel, failingKernel).set(averagePoolKernel, failingKernel)
  const strided = transpose(x, [0, 2, 1, 3])
  expectCleanFailure(() => maxPool2d(strided))
  expectCleanFailure(() => averagePool2d(strided))
})

test('have gradients of both orders', async () => {
  const different = Array.from({ length: 48 }, (_, i) => ((i * 29) % 48) / 16 - 1.5)
  for (const { shape, options } of samples) {
    const count = shape.reduce((product, side) => product * side, 1)
    const cubed = (y: Tensor): Tensor => mul(y, mul(y, y))
    await checkBothOrders(
      (x) => cubed(ops.max[shape.length - 3]!(x, options)),
      [{ shape, values: different.slice(0, count) }],
    )
  }
  await checkBothGradients([[1, 7, 2]], (x) =>
    averagePool1d(x!, { poolSize: 3, strides: 2, padding: 'same' }),
  )
  await checkBothGradients([[1, 3, 4, 1]], (x) =>
    averagePool2d(x!, { poolSize: 2, strides: 1, padding: 'same' }),
  )
  await checkBothGradients([[1, 2, 2, 4, 1]], (x) => averagePool3d(x!))
})

test('the gradient of a maximum goes to the first of equals in row-major order, or the first NaN', () => {
  const gradientOf = (values: number[], options: PoolOptions): number[] => {
    const results = [...testBackends, ...fusedBackends()].map((backend) => {
      const x = tensor(values, { shape: [1, 3, 3, 1], backend })
      return [...grad((y: Tensor) => sum(maxPool2d(y, options)))(x).dataSync()]
    })
    for (const result of results) expect(result).toEqual(results[0])
    return results[0]!
  }
  expect(gradientOf([2, 1, 7, 1, 2, 7, 2, 7, 7], { poolSize: 3 })).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0])
  expect(gradientOf([1, 1, 1, 1, 1, 1, 1, 1, 1], { poolSize: 2, strides: 1 })).toEqual([
    1, 1, 0, 1, 1, 0, 0, 0, 0,
  ])
  expect(gradientOf([1, 1, 1, 1, 1, 1, 1, 1, 1], { poolSize: 3, strides: 1, padding: 'same' })).toEqual([
    4, 2, 0, 2, 1, 0, 0, 0, 0,
  ])
  expect(gradientOf([9, 1, 1, 1, Number.NaN, 1, Number.NaN, 1, 1], { poolSize: 3 })).toEqual([
    0, 0, 0, 0, 1, 0, 0, 0, 0,
  ])
})

test('keep NaN and infinities to the windows that see them', () => {
  const x = reshape(tensor([Number.NaN, 1, 2, -Infinity, -Infinity, Infinity]), [1, 6, 1])
  for (const backend of testBackends) {
    const y = tensor([...x.dataSync()], { shape: [1, 6, 1], backend })
    expect([...maxPool1d(y).dataSync()]).toEqual([Number.NaN, 2, Infinity])
    expect([...averagePool1d(y).dataSync()]).toEqual([Number.NaN, -Infinity, Number.NaN])
    const low = tensor([-Infinity, -Infinity, -3], { shape: [1, 3, 1], backend })
    expect([...maxPool1d(low, { padding: 'same' }).dataSync()]).toEqual([-Infinity, -3])
  }
})

test('global pooling reduces all spatial axes', async () => {
  const x = tensor([1, 8, 5, 3, 3, 4, 0, 0], { shape: [1, 2, 2, 2] })
  expect(globalMaxPool(x).arraySync()).toEqual([[5, 8]])
  expect(globalAveragePool(x).arraySync()).toEqual([[2.25, 3.75]])
  expect(globalMaxPool(x, { dataFormat: 'channelsFirst' }).arraySync()).toEqual([[8, 4]])
  expect(globalAveragePool(x, { dataFormat: 'channelsFirst', keepDims: true }).shape).toEqual([1, 2, 1, 1])
  await checkBothGradients([[1, 3, 2]], (y) => globalAveragePool(y!))
  await checkBothOrders(
    (y) => mul(globalMaxPool(y), globalMaxPool(y)),
    [{ shape: [1, 3, 2], values: [1, 3, 2, 0, 5, -1] }],
  )
  expect(() => globalMaxPool(ones([2, 3]))).toThrow(/globalMaxPool: x has no spatial axes/)
  expect(() => globalAveragePool(3 as never)).toThrow(ArgumentError)
  expect(() => globalMaxPool(zeros([1, 0, 2]))).toThrow(/^globalMaxPool: an axis without elements/)
  expect(() => globalAveragePool(x, { axis: 1 } as never)).toThrow(/unknown option "axis"/)
  expect(() => globalMaxPool(x, { dataFormat: 'last' as never })).toThrow(/dataFormat is none/)
})
