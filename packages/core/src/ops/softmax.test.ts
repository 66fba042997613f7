import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { backendsWith, computeLines, expectCleanFailure, failingKernel } from './kernel-test-cases.ts'
import { logSoftmax, logSoftmaxGradKernel, logSoftmaxKernel } from './log-softmax.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { alongAxes, checkAgainst, checkBothOrders, expectClose, layouts } from './neural-test-cases.ts'
import { softmax, softmaxGradKernel, softmaxKernel } from './softmax.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

type Line = readonly number[]

const total = (line: Line) => line.reduce((partial, value) => partial + value, 0)

function softmaxOf(line: Line): number[] {
  const largest = line.reduce((a, b) => (a > b || Number.isNaN(a) ? a : b), -Infinity)
  const exponentials = line.map((value) => Math.exp(value - largest))
  return exponentials.map((value) => value / total(exponentials))
}

function logSoftmaxOf(line: Line): number[] {
  const largest = line.reduce((a, b) => (a > b || Number.isNaN(a) ? a : b), -Infinity)
  const logarithm = Math.log(total(line.map((value) => Math.exp(value - largest))))
  return line.map((value) => value - largest - logarithm)
}

function softmaxSlope(g: Line, y: Line): number[] {
  const mean = total(g.map((value, i) => value * y[i]!))
  return y.map((value, i) => value * (g[i]! - mean))
}

function logSoftmaxSlope(g: Line, y: Line): number[] {
  return g.map((value, i) => value - Math.exp(y[i]!) * total(g))
}

const cases = [
  {
    name: 'softmax',
    op: softmax,
    oracle: softmaxOf,
    slope: softmaxSlope,
    key: softmaxKernel,
    gradKey: softmaxGradKernel,
  },
  {
    name: 'logSoftmax',
    op: logSoftmax,
    oracle: logSoftmaxOf,
    slope: logSoftmaxSlope,
    key: logSoftmaxKernel,
    gradKey: logSoftmaxGradKernel,
  },
]

const places: { shape: number[]; axis: number | number[] }[] = [
  { shape: [5], axis: 0 },
  { shape: [1], axis: -1 },
  { shape: [0], axis: 0 },
  { shape: [2, 3], axis: -1 },
  { shape: [2, 3], axis: 0 },
  { shape: [2, 0, 3], axis: 1 },
  { shape: [2, 0, 3], axis: 2 },
  { shape: [3, 2, 5], axis: 1 },
  { shape: [3, 2, 5], axis: [0, 2] },
  { shape: [3, 2, 5], axis: [-1, 1] },
  { shape: [2, 1, 2, 3, 1, 2], axis: 3 },
  { shape: [2, 1, 2, 3, 1, 2], axis: [0, 3, 5] },
]

const wave = Array.from({ length: 24 }, (_, i) => 2 * Math.sin(5 * i))

describe.each(cases)('$name', ({ name, op, oracle, slope, key, gradKey }) => {
  const axesOf = (axis: number | number[], rank: number) => [axis].flat().map((a) => (a + rank) % rank)

  test.each(places)('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
    checkAgainst(
      shape,
      (x) => op(x, { axis }),
      (values) => alongAxes(values, shape, axesOf(axis, shape.length), oracle),
    )
  })

  test.each([
    { line: [88.8, -88.8, 0] },
    { line: [1e4, -1e4, 9999] },
    { line: [3.4e38, -3.4e38, 0] },
    { line: [3.4e38, 3.4e38, 3.4e38] },
    { line: [-3.4e38, -3.4e38, -3.4e38] },
    { line: [0.5, -Infinity, 0.25] },
    { line: [-Infinity, 1, -Infinity] },
    { line: [1e-8, -1e-8, 0] },
  ])('is right and has a finite gradient: $line', ({ line }) => {
    for (const backend of testBackends) {
      for (const dtype of ['float32', 'float64'] as const) {
        const x = tensor(line, { dtype, backend })
        const held = [...x.dataSync()]
        expectClose(op(x).dataSync(), oracle(held), { dtype, relative: name === 'softmax' })
        const g = [2, 3, -5]
        const gradient = grad((y: Tensor) => sum(mul(op(y), tensor(g, { dtype, backend }))))(x)
        expectClose(gradient.dataSync(), slope(g, oracle(held)), { dtype })
      }
    }
  })

  test('gives NaN for a line without a sum', () => {
    for (const line of [
      [-Infinity, -Infinity],
      [Infinity, 0],
      [0, Number.NaN],
    ]) {
      for (const backend of testBackends) {
        const x = tensor([line, [0, 0]], { backend })
        const [a, b, ...others] = op(x).dataSync()
        expect([a, b]).toEqual([Number.NaN, Number.NaN])
        expectClose(others, oracle([0, 0]), { dtype: 'float32' })
      }
    }
  })

  test('has gradients of both orders', async () => {
    const inputs = [{ shape: [2, 3, 4], values: wave }]
    for (const axis of [0, 1, -1, [0, 2], [1, 2]]) await checkBothOrders((x) => op(x, { axis }), inputs)
  })

  test('runs fused kernels where the backend has them', async () => {
    let [calls, gradCalls] = [0, 0]
    const backends = backendsWith(({ kernels }) => {
      kernels.set(key, (x, axis, out) => {
        calls++
        computeLines([x], axis, out, oracle)
      })
      kernels.set(gradKey, (g, y, axis, out) => {
        gradCalls++
        computeLines([g, y], axis, out, slope)
      })
    })
    for (const backend of backends) {
      for (const { shape, axis } of places) checkFused(backend, shape, axis)
      await checkBothOrders((x) => op(x, { axis: 1 }), [{ shape: [2, 3, 4], values: wave }], [backend])
    }
    expect(calls).toBeGreaterThan(0)
    expect(gradCalls).toBeGreaterThan(0)
    const x = ones([2, 3], { backend: backends[0]! })
    ;[calls, gradCalls] = [0, 0]
    grad((y: Tensor) => sum(op(y)))(x)
    grad((y: Tensor) => sum(op(y, { axis: [0, 1] })))(x)
    expect([calls, gradCalls]).toEqual([1, 1])
    backends[0]!.kernels.set(gradKey, failingKernel)
    expectCleanFailure(() => grad((y: Tensor) => sum(op(y)))(x))
    backends[0]!.kernels.set(key, failingKernel)
    expectCleanFailure(() => op(x))
  })

  function checkFused(backend: Backend, shape: readonly number[], axis: number | number[]): void {
    const weigh = (y: Tensor) => sum(mul(op(y, { axis }), y))
    for (const dtype of ['float32', 'float64', 'int32'] as const) {
      const composed = layouts(testBackends[1]!, dtype, shape)
      layouts(backend, dtype, shape).forEach((x, i) => {
        const plain = composed[i]!
        const out = op(x, { axis })
        expectClose(out.dataSync(), [...op(plain, { axis }).dataSync()], out)
        expectBalanced(() => op(x, { axis }))
        if (dtype === 'int32') return
        expectClose(grad(weigh)(x).dataSync(), [...grad(weigh)(plain).dataSync()], out)
        expectBalanced(() => grad(weigh)(x))
      })
    }
  }

  test('refuses wrong arguments', () => {
    expect(() => op(3 as never)).toThrow(ArgumentError)
    expect(() => op(tensor(3))).toThrow(ShapeError)
    expect(() => op(ones([2, 3]), { axis: 2 })).toThrow(`${name}: axis is outside`)
    expect(() => op(ones([2, 3]), { axis: [1, -1] })).toThrow(/named twice/)
    expect(() => op(ones([2, 3]), 1 as never)).toThrow(/the options are not an object/)
    const x = ones([2])
    x.dispose()
    expect(() => op(x)).toThrow(DisposedError)
  })
})
