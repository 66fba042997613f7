import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { abs } from './abs.ts'
import { backendsWith, expectCleanFailure, failingKernel, store, valuesOf } from './kernel-test-cases.ts'
import { layerNorm, layerNormGradKernel, layerNormKernel } from './layer-norm.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { alongAxes, checkAgainst, checkBothOrders, expectClose, layouts } from './neural-test-cases.ts'
import { addRows, axesOf, type Line, places, rowsOf, total, wave } from './norm-test-cases.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

function momentsOf(line: Line, epsilon: number): { mean: number; inverse: number } {
  const mean = total(line) / line.length
  const variance = total(line.map((value) => (value - mean) ** 2)) / line.length
  return { mean, inverse: 1 / Math.sqrt(variance + epsilon) }
}

function normalized(line: Line, epsilon = 1e-3): number[] {
  const { mean, inverse } = momentsOf(line, epsilon)
  return line.map((value) => (value - mean) * inverse)
}

/** Kernels of plain loops, which count how often they ran. */
function addKernels({ kernels }: Backend, ran: { value: number; gradient: number }): void {
  kernels.set(layerNormKernel, (x, gamma, beta, epsilon, out, mean, inverse) => {
    ran.value++
    const [scale, shift] = [valuesOf(gamma), valuesOf(beta)]
    const all = rowsOf(x).map((row) => momentsOf(row, epsilon))
    store(
      out,
      rowsOf(x).flatMap((row) => normalized(row, epsilon).map((y, c) => scale[c]! * y + shift[c]!)),
    )
    store(
      mean,
      all.map((each) => each.mean),
    )
    store(
      inverse,
      all.map((each) => each.inverse),
    )
  })
  kernels.set(layerNormGradKernel, (g, x, gamma, mean, inverse, gradX, gradGamma, gradBeta) => {
    ran.gradient++
    const [scale, means, inverses] = [valuesOf(gamma), valuesOf(mean), valuesOf(inverse)]
    const [slopes, xs] = [rowsOf(g), rowsOf(x)]
    const ys = xs.map((row, r) => row.map((value) => (value - means[r]!) * inverses[r]!))
    const rows = slopes.map((slope, r) => {
      const h = slope.map((value, c) => value * scale[c]!)
      const [average, parallel] = [total(h), total(h.map((value, c) => value * ys[r]![c]!))]
      return h.map((value, c) => inverses[r]! * (value - (average + ys[r]![c]! * parallel) / h.length))
    })
    store(gradX, rows.flat())
    store(gradGamma, addRows(slopes.map((slope, r) => slope.map((value, c) => value * ys[r]![c]!))))
    store(gradBeta, addRows(slopes))
  })
}

test.each(places)('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  checkAgainst(
    shape,
    (x) => layerNorm(x, { axis }),
    (values) => alongAxes(values, shape, axesOf(axis, shape.length), (line) => normalized(line)),
  )
})

test.each(places)('scales and shifts: $shape along $axis', ({ shape, axis }) => {
  const axes = axesOf(axis, shape.length)
  const sides = axes.map((a) => shape[a]!)
  const n = sides.reduce((product, side) => product * side, 1)
  const [scale, shift] = [wave(n, 1), wave(n, 2)]
  for (const backend of testBackends) {
    const options = { shape: sides, dtype: 'float64', backend } as const
    const [gamma, beta] = [tensor(scale, options), tensor(shift, options)]
    for (const x of layouts(backend, 'float64', shape)) {
      const expected = alongAxes([...x.dataSync()], shape, axes, (line) =>
        normalized(line, 0.1).map((value, i) => value * scale[i]! + shift[i]!),
      )
      const out = layerNorm(x, { axis, gamma, beta, epsilon: 0.1 })
      expectClose(out.dataSync(), expected, { dtype: 'float64' })
      expectBalanced(() => layerNorm(x, { axis, gamma, beta }))
      expectBalanced(() => layerNorm(x, { axis, gamma, beta: null }))
    }
  }
})

test.each(['float32', 'float64'] as const)('is right at special values in %s', (dtype) => {
  for (const backend of testBackends) {
    const rows = [
      [3, 3, 3],
      [-0, 0, 0],
      [1e6, 1e6 + 1, 1e6 + 2],
      [Number.NaN, 1, 2],
      [Infinity, 1, 2],
      [1e18, -1e18, 0],
    ]
    const out = layerNorm(tensor(rows, { dtype, backend })).dataSync()
    const unit = Math.sqrt(1.5)
    const nan = Number.NaN
    const small = 1 / Math.sqrt(2 / 3 + 1e-3)
    const expected = [0, 0, 0, 0, 0, 0, -small, 0, small, nan, nan, nan, nan, nan, nan, unit, -unit, 0]
    expectClose([...out].map(Math.abs), expected.map(Math.abs), { dtype })
  }
})

test('computes in the common float dtype', () => {
  const x = tensor([[1, 3]], { dtype: 'int32' })
  expect(layerNorm(x).dtype).toBe('float32')
  const gamma = ones([2], { dtype: 'float64' })
  for (const backend of backendsWith((each) => addKernels(each, { value: 0, gradient: 0 }))) {
    const mixed = layerNorm(ones([1, 2], { backend }), { gamma: ones([2], { dtype: 'float64', backend }) })
    expect(mixed.dtype).toBe('float64')
  }
  expect(layerNorm(x, { gamma }).dtype).toBe('float64')
})

test('takes parameters that are variables', () => {
  const gamma = variable([2, 2])
  const out = layerNorm(tensor([1, 3]), { gamma, epsilon: 0 })
  expect(out.arraySync()).toEqual([-2, 2])
})

describe('gradients', () => {
  const inputs = [
    { shape: [2, 3, 2], values: wave(12) },
    { shape: [3, 2], values: wave(6, 1) },
    { shape: [3, 2], values: wave(6, 2) },
  ]
  const f = (x: Tensor, gamma: Tensor, beta: Tensor): Tensor =>
    square(layerNorm(x, { axis: [1, 2], gamma, beta, epsilon: 0.05 }))

  test('of both orders flow to x, gamma and beta', async () => {
    await checkBothOrders(f as never, inputs)
    const swapped = [{ shape: [3, 2, 2], values: wave(12) }, ...inputs.slice(1)]
    await checkBothOrders(
      (x, gamma, beta) => square(layerNorm(x!, { axis: [0, 1], gamma: gamma!, beta: beta!, epsilon: 0.05 })),
      swapped,
    )
    await checkBothOrders((x) => square(layerNorm(x!, { axis: 1 })), [inputs[0]!])
  })

  test('of fused kernels are those of the composition, both orders', async () => {
    const ran = { value: 0, gradient: 0 }
    const backends = backendsWith((backend) => addKernels(backend, ran))
    await checkBothOrders(f as never, inputs, backends)
    await checkBothOrders((x) => square(layerNorm(x!)), [inputs[0]!], backends)
    expect(Math.min(ran.value, ran.gradient)).toBeGreaterThan(0)
  })
})

test('fused kernels give what the composition gives, once for each call', () => {
  const ran = { value: 0, gradient: 0 }
  for (const backend of backendsWith((each) => addKernels(each, ran))) {
    for (const { shape, axis } of places) {
      for (const dtype of ['float32', 'float64', 'int32'] as const) {
        const weigh = (y: Tensor): Tensor => sum(mul(layerNorm(y, { axis }), abs(y)))
        const composed = layouts(testBackends[1]!, dtype, shape)
        layouts(backend, dtype, shape).forEach((x, i) => {
          const out = layerNorm(x, { axis })
          expectClose(out.dataSync(), [...layerNorm(composed[i]!, { axis }).dataSync()], out)
          if (dtype === 'int32') return
          const slopes = grad(weigh)(x)
          expect(slopes.dtype).toBe(dtype)
          expect(slopes.shape).toEqual(shape)
          expectBalanced(() => grad(weigh)(x))
          const expected = [...grad(weigh)(composed[i]!).dataSync()]
          // With one element in a row nothing but rounding is left.
          expectClose(slopes.dataSync(), expected, { dtype: 'float32' })
        })
      }
    }
  }
  const [backend] = backendsWith((each) => addKernels(each, ran)) as [Backend]
  const x = ones([2, 3], { backend })
  ran.value = ran.gradient = 0
  grad((y: Tensor) => sum(layerNorm(y)))(x)
  grad((y: Tensor) => sum(layerNorm(y, { axis: 0 })))(x)
  expect(ran).toEqual({ value: 1, gradient: 1 })
  backend.kernels.delete(layerNormGradKernel)
  expect([...grad((y: Tensor) => sum(square(layerNorm(y))))(x).dataSync()].map(Math.abs)).toEqual(
    new Array(6).fill(0),
  )
  backend.kernels.set(layerNormGradKernel, failingKernel)
  expectCleanFailure(() => grad((y: Tensor) => sum(layerNorm(y)))(x))
  backend.kernels.set(layerNormKernel, failingKernel)
  expectCleanFailure(() => layerNorm(x))
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3])
  const wrong = (options: unknown) => () => layerNorm(x, options as never)
  expect(() => layerNorm([1, 2] as never)).toThrow(ArgumentError)
  expect(() => layerNorm(tensor(1))).toThrow(ShapeError)
  expect(wrong({ axis: 2 })).toThrow(/layerNorm: axis is outside/)
  expect(wrong({ axis: [1, -1] })).toThrow(/named twice/)
  expect(wrong({ gamma: ones([2]) })).toThrow(
    /layerNorm: gamma does not have the shape[\s\S]*gamma of shape \[3\]/,
  )
  expect(wrong({ beta: zeros([1]) })).toThrow(ShapeError)
  expect(wrong({ gamma: 2 })).toThrow(/gamma is not a tensor/)
  expect(wrong({ epsilon: -1 })).toThrow(/epsilon is not a finite number of at least 0/)
  expect(wrong({ scale: ones([3]) })).toThrow(/unknown option "scale"/)
  expect(wrong(3)).toThrow(/the options are not an object/)
  expect(wrong({ beta: ones([3], { backend: testBackends[1]! }) })).toThrow(BackendMismatchError)
  const gamma = ones([3])
  gamma.dispose()
  expect(wrong({ gamma })).toThrow(DisposedError)
})
