import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { backendsWith, expectCleanFailure, failingKernel, store, valuesOf } from './kernel-test-cases.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import {
  alongAxes,
  checkAgainst,
  checkBothOrders,
  expectClose,
  forEachLayout,
  layouts,
} from './neural-test-cases.ts'
import {
  softmaxCrossEntropyWithLogits as crossEntropy,
  softmaxCrossEntropyKernel,
} from './softmax-cross-entropy.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

type Line = readonly number[]

/** The loss of one sample, and its gradient with respect to the logits. */
function sampleOf(logits: Line, targets: Line): { loss: number; slope: number[] } {
  const largest = Math.max(...logits)
  const exponentials = logits.map((x) => Math.exp(x - largest))
  const normalizer = exponentials.reduce((a, b) => a + b, 0)
  const weight = targets.reduce((a, b) => a + b, 0)
  return {
    loss: logits.reduce(
      (total, x, i) =>
        targets[i] === 0 ? total : total + targets[i]! * (Math.log(normalizer) - (x - largest)),
      0,
    ),
    slope: exponentials.map((e, i) => (e / normalizer) * weight - targets[i]!),
  }
}

/** Applies a function of both lines at once: the positions lead to the targets. */
function forEachSample(logits: Line, targets: Line, shape: Shape, axis: number): number[] {
  const positions = logits.map((_, i) => i)
  const slopes = alongAxes(positions, shape, [axis], (line) => {
    const { loss } = sampleOf(
      line.map((i) => logits[i]!),
      line.map((i) => targets[i]!),
    )
    return line.map(() => loss)
  })
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  return slopes.filter((_, i) => Math.floor(i / stride) % shape[axis]! === 0)
}

/** The kernel's contract in plain loops. */
function addKernel({ kernels }: Backend, scale = 1): void {
  kernels.set(softmaxCrossEntropyKernel, (logits, targets, loss, gradient) => {
    const [rows, classes] = logits.shape as [number, number]
    expect([targets.shape, loss.shape, gradient.shape]).toEqual([logits.shape, [rows], logits.shape])
    expect(new Set([logits, targets, loss, gradient].map(({ dtype }) => dtype)).size).toBe(1)
    const [x, t] = [valuesOf(logits), valuesOf(targets)]
    const samples = Array.from({ length: rows }, (_, row) => {
      const from = row * classes
      return sampleOf(x.slice(from, from + classes), t.slice(from, from + classes))
    })
    store(
      loss,
      samples.map((sample) => sample.loss),
    )
    store(
      gradient,
      samples.flatMap((sample) => sample.slope.map((value) => value * scale)),
    )
  })
}

const places = [
  { shape: [5], axis: 0 },
  { shape: [3, 4], axis: -1 },
  { shape: [4, 3], axis: 0 },
  { shape: [0, 3], axis: 1 },
  { shape: [3, 2, 5], axis: 1 },
  { shape: [2, 1, 2, 3, 1, 2], axis: 3 },
]
const wave = Array.from({ length: 24 }, (_, i) => 2 * Math.sin(5 * i))
const weights = wave.map((value) => Math.abs(value) + 0.1)

test.each(places)('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  const along = (axis + shape.length) % shape.length
  const samples = shape.filter((_, i) => i !== along)
  checkAgainst(
    shape,
    (x) => {
      const targets = abs(x)
      const out = crossEntropy(x, targets, { axis })
      targets.dispose()
      return out
    },
    (values) => forEachSample(values, values.map(Math.abs), shape, along),
    samples,
  )
})

test('is 0 where there are no classes', () => {
  expect([...crossEntropy(zeros([2, 0]), zeros([2, 0])).dataSync()]).toEqual([0, 0])
})

test.each([
  { logits: [88.8, -88.8, 0], targets: [0, 1, 0] },
  { logits: [1e4, -1e4, 9999], targets: [0.5, 0.25, 0.25] },
  { logits: [3e38, -3e38, 0], targets: [1, 0, 0] },
  { logits: [3e38, -3e38, 0], targets: [0, 0, 1] },
  { logits: [3.4e38, 3.4e38, 3.4e38], targets: [0.2, 0.8, 0] },
  { logits: [0.5, -Infinity, 0.25], targets: [0.5, 0, 0.5] },
  { logits: [0.5, -Infinity, 0.25], targets: [0, 1, 0] },
  { logits: [-Infinity, 1, -Infinity], targets: [0, 1, 0] },
  { logits: [300, 0, -300], targets: [1, 0, 0] },
  { logits: [0, 1, 2], targets: [0, 0, 0] },
])('is right and has a finite gradient: $logits, $targets', ({ logits, targets }) => {
  for (const backend of [...testBackends, ...backendsWith(addKernel)]) {
    for (const dtype of ['float32', 'float64'] as const) {
      const [x, t] = [tensor([logits], { dtype, backend }), tensor([targets], { dtype, backend })]
      const { loss, slope } = sampleOf([...x.dataSync()], [...t.dataSync()])
      expectClose(crossEntropy(x, t).dataSync(), [loss], { dtype })
      expectClose(grad((y: Tensor) => sum(crossEntropy(y, t)))(x).dataSync(), slope, { dtype })
    }
  }
})

test('gives NaN for logits without a softmax', () => {
  for (const backend of [...testBackends, ...backendsWith(addKernel)]) {
    for (const first of [Number.NaN, Infinity, -Infinity]) {
      const x = tensor(
        [
          [first, first === Infinity ? 0 : first],
          [0, 0],
        ],
        { backend },
      )
      const t = tensor(
        [
          [1, 0],
          [0, 1],
        ],
        { backend },
      )
      const [a, b] = crossEntropy(x, t).dataSync()
      expect(a).toBeNaN()
      expect(b).toBeCloseTo(Math.LN2)
    }
  }
})

test('computes in the common float dtype', () => {
  const logits = tensor([[1, 2, 3]], { dtype: 'int32' })
  const isTarget = tensor([[false, false, true]])
  expect(crossEntropy(logits, isTarget).dtype).toBe('float32')
  expectClose(crossEntropy(logits, isTarget).dataSync(), [0.4076059644443803], { dtype: 'float32' })
  expect(crossEntropy(ones([1, 2]), ones([1, 2], { dtype: 'float64' })).dtype).toBe('float64')
})

test('has gradients of both orders for logits and targets, composed and fused', async () => {
  for (const backends of [testBackends, backendsWith(addKernel)]) {
    for (const axis of [0, 1, 2]) {
      const inputs = [
        { shape: [2, 3, 4], values: wave },
        { shape: [2, 3, 4], values: weights },
      ]
      await checkBothOrders((x, t) => crossEntropy(x, t, { axis }), inputs, backends)
      await checkBothOrders((x, t) => square(crossEntropy(x, t, { axis })), inputs, backends)
    }
  }
})

test('the fused kernel gives what the composition gives', () => {
  for (const backend of backendsWith(addKernel)) {
    for (const { shape, axis } of places) {
      for (const dtype of ['float32', 'float64'] as const) {
        const composed = layouts(testBackends[1]!, dtype, shape)
        layouts(backend, dtype, shape).forEach((x, i) => {
          const plain = composed[i]!
          const weigh = (y: Tensor) => sum(square(crossEntropy(y, abs(y), { axis })))
          const value = (y: Tensor) => crossEntropy(y, abs(y), { axis })
          expectClose(value(x).dataSync(), [...value(plain).dataSync()], { dtype })
          expectClose(grad(weigh)(x).dataSync(), [...grad(weigh)(plain).dataSync()], { dtype })
          expectBalanced(() => crossEntropy(x, x, { axis }))
          expectBalanced(() => grad(weigh)(x))
        })
      }
    }
  }
})

test('the gradient of the kernel is used, but not differentiated', () => {
  const [backend] = backendsWith((each) => addKernel(each, 0)) as [Backend]
  const x = tensor([[1, 2]], { backend })
  const t = tensor([[0, 1]], { backend })
  const slope = grad((y: Tensor) => sum(crossEntropy(y, t)))
  expect([...slope(x).dataSync()].map(Math.abs)).toEqual([0, 0])
  const p = 1 / (1 + Math.E)
  const curvature = grad((y: Tensor) => sum(mul(slope(y), tensor([[1, 0]], { backend }))))(x)
  expectClose(curvature.dataSync(), [p * (1 - p), -p * (1 - p)], { dtype: 'float32' })
})

test('leaves nothing behind', () => {
  forEachLayout([2, 3], (x) => {
    const t = abs(x)
    expectBalanced(() => crossEntropy(x, t))
    expectBalanced(() => crossEntropy(x, t, { axis: 0 }))
    t.dispose()
  })
  const [backend] = backendsWith(({ kernels }) => kernels.set(softmaxCrossEntropyKernel, failingKernel)) as [
    Backend,
  ]
  const x = ones([2, 3], { backend })
  expectCleanFailure(() => crossEntropy(x, x))
  expectCleanFailure(() => grad((y: Tensor) => sum(crossEntropy(y, x, { axis: 0 })))(x))
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3])
  expect(() => crossEntropy(x, [1, 2] as never)).toThrow(ArgumentError)
  expect(() => crossEntropy(2 as never, x)).toThrow(/logits is not a tensor/)
  expect(() => crossEntropy(x, ones([3]))).toThrow(ShapeError)
  expect(() => crossEntropy(x, ones([2, 1]))).toThrow(/logits and targets have different shapes/)
  expect(() => crossEntropy(tensor(1), tensor(1))).toThrow(ShapeError)
  expect(() => crossEntropy(x, x, { axis: 2 })).toThrow(/softmaxCrossEntropyWithLogits: axis is outside/)
  expect(() => crossEntropy(x, x, 1 as never)).toThrow(/the options are not an object/)
  expect(() => crossEntropy(x, ones([2, 3], { backend: testBackends[1]! }))).toThrow(BackendMismatchError)
  x.dispose()
  expect(() => crossEntropy(ones([2, 3]), x)).toThrow(DisposedError)
})
