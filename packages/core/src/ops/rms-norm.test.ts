import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { backendsWith, expectCleanFailure, failingKernel, store, valuesOf } from './kernel-test-cases.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { alongAxes, checkAgainst, checkBothOrders, expectClose, layouts } from './neural-test-cases.ts'
import { addRows, axesOf, type Line, places, rowsOf, total, wave } from './norm-test-cases.ts'
import { rmsNorm, rmsNormGradKernel, rmsNormKernel } from './rms-norm.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

function inverseOf(line: Line, epsilon: number): number {
  return 1 / Math.sqrt(total(line.map((value) => value ** 2)) / line.length + epsilon)
}

/** Kernels of plain loops, which count how often they ran. */
function addKernels({ kernels }: Backend, ran: { value: number; gradient: number }): void {
  kernels.set(rmsNormKernel, (x, gamma, epsilon, out, inverse) => {
    ran.value++
    const scale = valuesOf(gamma)
    const inverses = rowsOf(x).map((row) => inverseOf(row, epsilon))
    store(
      out,
      rowsOf(x).flatMap((row, r) => row.map((value, c) => value * inverses[r]! * scale[c]!)),
    )
    store(inverse, inverses)
  })
  kernels.set(rmsNormGradKernel, (g, x, gamma, inverse, gradX, gradGamma) => {
    ran.gradient++
    const [scale, inverses] = [valuesOf(gamma), valuesOf(inverse)]
    const [slopes, xs] = [rowsOf(g), rowsOf(x)]
    const ys = xs.map((row, r) => row.map((value) => value * inverses[r]!))
    const rows = slopes.map((slope, r) => {
      const h = slope.map((value, c) => value * scale[c]!)
      const parallel = total(h.map((value, c) => value * ys[r]![c]!)) / h.length
      return h.map((value, c) => inverses[r]! * (value - ys[r]![c]! * parallel))
    })
    store(gradX, rows.flat())
    store(gradGamma, addRows(slopes.map((slope, r) => slope.map((value, c) => value * ys[r]![c]!))))
  })
}

test.each(places)('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  checkAgainst(
    shape,
    (x) => rmsNorm(x, { axis, epsilon: 0.01 }),
    (values) =>
      alongAxes(values, shape, axesOf(axis, shape.length), (line) =>
        line.map((value) => value * inverseOf(line, 0.01)),
      ),
  )
})

test('scales, along several axes too, and has a small epsilon by default', () => {
  for (const backend of testBackends) {
    const gamma = tensor([1, 2, 3, 4], { shape: [2, 2], backend })
    const x = tensor([3, -3, 3, 3, 0, 0, 0, 0], { shape: [2, 2, 2], backend })
    const expected = [1, -2, 3, 4, 0, 0, 0, 0]
    expectClose(rmsNorm(x, { axis: [1, 2], gamma }).dataSync(), expected, { dtype: 'float32' })
    expectBalanced(() => rmsNorm(x, { axis: [1, 2], gamma }))
    const tiny = tensor([1e-3, 1e-3], { backend })
    expectClose(rmsNorm(tiny).dataSync(), [Math.SQRT1_2, Math.SQRT1_2], { dtype: 'float32' })
  }
})

test.each(['float32', 'float64'] as const)('is right at special values in %s', (dtype) => {
  for (const backend of testBackends) {
    const rows = [
      [0, -0],
      [Number.NaN, 1],
      [1e15, -1e15],
      [1e-15, 0],
    ]
    const out = rmsNorm(tensor(rows, { dtype, backend })).dataSync()
    expectClose(out, [0, -0, Number.NaN, Number.NaN, 1, -1, 1e-12, 0], { dtype })
  }
})

test('has gradients of both orders for x and gamma, composed and fused', async () => {
  const ran = { value: 0, gradient: 0 }
  const inputs = [
    { shape: [2, 3, 2], values: wave(12) },
    { shape: [3, 2], values: wave(6, 1) },
  ]
  for (const backends of [testBackends, backendsWith((each) => addKernels(each, ran))]) {
    const f = (x: Tensor, gamma: Tensor): Tensor => square(rmsNorm(x, { axis: [1, 2], gamma, epsilon: 0.05 }))
    await checkBothOrders(f as never, inputs, backends)
    await checkBothOrders((x) => square(rmsNorm(x!, { axis: 1 })), [inputs[0]!], backends)
    await checkBothOrders((x) => square(rmsNorm(x!)), [inputs[0]!], backends)
  }
  expect(Math.min(ran.value, ran.gradient)).toBeGreaterThan(0)
})

test('fused kernels give what the composition gives, once for each call', () => {
  const ran = { value: 0, gradient: 0 }
  for (const backend of backendsWith((each) => addKernels(each, ran))) {
    for (const { shape, axis } of places) {
      for (const dtype of ['float32', 'float64'] as const) {
        const weigh = (y: Tensor): Tensor => sum(square(mul(rmsNorm(y, { axis, epsilon: 0.1 }), y)))
        const composed = layouts(testBackends[1]!, dtype, shape)
        layouts(backend, dtype, shape).forEach((x, i) => {
          const plain = composed[i]!
          expectClose(rmsNorm(x, { axis }).dataSync(), [...rmsNorm(plain, { axis }).dataSync()], { dtype })
          expectClose(grad(weigh)(x).dataSync(), [...grad(weigh)(plain).dataSync()], { dtype: 'float32' })
          expectBalanced(() => grad(weigh)(x))
        })
      }
    }
  }
  const [backend] = backendsWith((each) => addKernels(each, ran)) as [Backend]
  const x = ones([2, 3], { backend })
  ran.value = ran.gradient = 0
  grad((y: Tensor) => sum(rmsNorm(y)))(x)
  grad((y: Tensor) => sum(rmsNorm(y, { axis: 0 })))(x)
  expect(ran).toEqual({ value: 1, gradient: 1 })
  backend.kernels.set(rmsNormGradKernel, failingKernel)
  expectCleanFailure(() => grad((y: Tensor) => sum(rmsNorm(y)))(x))
  backend.kernels.set(rmsNormKernel, failingKernel)
  expectCleanFailure(() => rmsNorm(x))
})

test('computes in the common float dtype', () => {
  expect(rmsNorm(tensor([1, 3], { dtype: 'uint8' })).dtype).toBe('float32')
  expect(rmsNorm(tensor([1, 3]), { gamma: ones([2], { dtype: 'float64' }) }).dtype).toBe('float64')
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3])
  const wrong = (options: unknown) => () => rmsNorm(x, options as never)
  expect(() => rmsNorm(2 as never)).toThrow(ArgumentError)
  expect(() => rmsNorm(tensor(1))).toThrow(ShapeError)
  expect(wrong({ axis: -3 })).toThrow(/rmsNorm: axis is outside/)
  expect(wrong({ gamma: ones([2, 3]) })).toThrow(/rmsNorm: gamma does not have the shape/)
  expect(wrong({ epsilon: Number.NaN })).toThrow(/epsilon is not a finite number of at least 0/)
  expect(wrong({ beta: ones([3]) })).toThrow(/unknown option "beta"/)
  expect(wrong({ gamma: ones([3], { backend: testBackends[1]! }) })).toThrow(BackendMismatchError)
  x.dispose()
  expect(() => rmsNorm(x)).toThrow(DisposedError)
})
