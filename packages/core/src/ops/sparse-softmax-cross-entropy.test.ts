import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  IndexError,
  ShapeError,
} from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import { type Shape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { backendsWith, expectCleanFailure, failingKernel, store, valuesOf } from './kernel-test-cases.ts'
import { at, expectBalanced, indicesOf, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { checkAgainst, checkBothOrders, expectClose, layouts } from './neural-test-cases.ts'
import {
  sparseSoftmaxCrossEntropyWithLogits as crossEntropy,
  sparseSoftmaxCrossEntropyKernel,
} from './sparse-softmax-cross-entropy.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

type Line = readonly number[]

/** The loss of one sample, and its gradient. */
function sampleOf(logits: Line, label: number): { loss: number; slope: number[] } {
  const largest = Math.max(...logits)
  const exponentials = logits.map((x) => Math.exp(x - largest))
  const normalizer = exponentials.reduce((a, b) => a + b, 0)
  return {
    loss: Math.log(normalizer) - (logits[label]! - largest),
    slope: exponentials.map((e, i) => e / normalizer - Number(i === label)),
  }
}

/** The kernel's contract in plain loops. */
function addKernel({ kernels }: Backend, scale = 1): void {
  kernels.set(sparseSoftmaxCrossEntropyKernel, (logits, labels, loss, gradient) => {
    const [rows, classes] = logits.shape as [number, number]
    expect([labels.shape, loss.shape, gradient.shape]).toEqual([[rows], [rows], logits.shape])
    expect([labels.dtype, loss.dtype, gradient.dtype]).toEqual(['int32', logits.dtype, logits.dtype])
    const [x, chosen] = [valuesOf(logits), valuesOf(labels)]
    const samples = chosen.map((label, row) => {
      if (label < 0 || label >= classes) throw new IndexError('the label is out of range')
      return sampleOf(x.slice(row * classes, (row + 1) * classes), label)
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

/** The shape of the labels, and a class for each of them. */
function labelsOf(shape: Shape, axis: number): { samples: number[]; classes: number[] } {
  const along = (axis + shape.length) % shape.length
  const samples = shape.filter((_, i) => i !== along)
  return { samples, classes: Array.from({ length: sizeOf(samples) }, (_, i) => (i * 5) % shape[along]!) }
}

/** The loss with these labels on the backend of the logits. */
function lossOf(x: Tensor, axis: number, dtype: 'int32' | 'uint8' = 'int32'): Tensor {
  const { samples, classes } = labelsOf(x.shape, axis)
  const labels = tensor(classes, { shape: samples, dtype, backend: x.storage.backend })
  const out = crossEntropy(x, labels, { axis })
  labels.dispose()
  return out
}

test.each(places)('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  const along = (axis + shape.length) % shape.length
  const { samples, classes } = labelsOf(shape, axis)
  for (const dtype of ['int32', 'uint8'] as const) {
    checkAgainst(
      shape,
      (x) => lossOf(x, axis, dtype),
      (values) =>
        indicesOf(samples).map((index, i) => {
          const line = Array.from({ length: shape[along]! }, (_, c) =>
            at({ shape, values }, [...index.slice(0, along), c, ...index.slice(along)]),
          )
          return sampleOf(line, classes[i]!).loss
        }),
      samples,
    )
  }
})

test.each([
  { logits: [88.8, -88.8, 0], label: 1 },
  { logits: [1e4, -1e4, 9999], label: 2 },
  { logits: [3e38, -3e38, 0], label: 0 },
  { logits: [3e38, -3e38, 0], label: 2 },
  { logits: [3e38, -3e38, 0], label: 1 },
  { logits: [3.4e38, 3.4e38, 3.4e38], label: 1 },
  { logits: [0.5, -Infinity, 0.25], label: 2 },
  { logits: [0.5, -Infinity, 0.25], label: 1 },
  { logits: [-Infinity, 1, -Infinity], label: 1 },
])('is right and has a finite gradient: $logits, $label', ({ logits, label }) => {
  for (const backend of [...testBackends, ...backendsWith(addKernel)]) {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = tensor([logits], { dtype, backend })
      const labels = tensor([label], { dtype: 'int32', backend })
      const { loss, slope } = sampleOf([...x.dataSync()], label)
      expectClose(crossEntropy(x, labels).dataSync(), [loss], { dtype })
      expectClose(grad((y: Tensor) => sum(crossEntropy(y, labels)))(x).dataSync(), slope, { dtype })
    }
  }
})

test('gives NaN for logits without a softmax', () => {
  for (const backend of [...testBackends, ...backendsWith(addKernel)]) {
    for (const line of [
      [Number.NaN, 0],
      [Infinity, 0],
      [-Infinity, -Infinity],
    ]) {
      const labels = tensor([1, 0], { dtype: 'int32', backend })
      const [a, b] = crossEntropy(tensor([line, [0, 0]], { backend }), labels).dataSync()
      expect(a).toBeNaN()
      expect(b).toBeCloseTo(Math.LN2)
    }
  }
})

test('has gradients of both orders, composed and fused', async () => {
  for (const backends of [testBackends, backendsWith(addKernel)]) {
    for (const axis of [0, 1, 2]) {
      const inputs = [{ shape: [2, 3, 4], values: wave }]
      await checkBothOrders((x) => lossOf(x, axis), inputs, backends)
      await checkBothOrders((x) => square(lossOf(x, axis)), inputs, backends)
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
          const weigh = (y: Tensor) => sum(square(lossOf(y, axis)))
          expectClose(lossOf(x, axis).dataSync(), [...lossOf(plain, axis).dataSync()], { dtype })
          expectClose(grad(weigh)(x).dataSync(), [...grad(weigh)(plain).dataSync()], { dtype })
          expectBalanced(() => lossOf(x, axis, 'uint8'))
          expectBalanced(() => grad(weigh)(x))
        })
      }
    }
  }
})

test('takes labels that are not contiguous', () => {
  for (const backend of [...testBackends, ...backendsWith(addKernel)]) {
    const labels = transpose(
      tensor(
        [
          [0, 1],
          [1, 0],
          [1, 1],
        ],
        { dtype: 'int32', backend },
      ),
    )
    const x = tensor(wave.slice(0, 12), { shape: [2, 3, 2], dtype: 'float64', backend })
    const expected = [0, 1, 1, 1, 0, 1].map((label, i) => sampleOf(wave.slice(2 * i, 2 * i + 2), label).loss)
    expectClose(crossEntropy(x, labels).dataSync(), expected, { dtype: 'float64' })
  }
})

test('the gradient of the kernel is used, but not differentiated', () => {
  const [backend] = backendsWith((each) => addKernel(each, 0)) as [Backend]
  const x = tensor([[1, 2]], { backend })
  const labels = tensor([1], { dtype: 'int32', backend })
  const slope = grad((y: Tensor) => sum(crossEntropy(y, labels)))
  expect([...slope(x).dataSync()].map(Math.abs)).toEqual([0, 0])
  const p = 1 / (1 + Math.E)
  const curvature = grad((y: Tensor) => sum(mul(slope(y), tensor([[1, 0]], { backend }))))(x)
  expectClose(curvature.dataSync(), [p * (1 - p), -p * (1 - p)], { dtype: 'float32' })
})

test('labels out of range are an error where the backend checks, else NaN', () => {
  for (const backend of [...testBackends, ...backendsWith(addKernel)]) {
    const x = ones([2, 3], { backend })
    for (const label of [-1, 3]) {
      const labels = tensor([0, label], { dtype: 'int32', backend })
      expect(() => crossEntropy(x, labels)).toThrow(IndexError)
    }
  }
  const unchecked = referenceBackend({ checksIndices: false }) as Backend
  const labels = tensor([0, 3], { dtype: 'int32', backend: unchecked })
  const [a, b] = crossEntropy(ones([2, 3], { backend: unchecked }), labels).dataSync()
  expect(a).toBeCloseTo(Math.log(3))
  expect(b).toBeNaN()
})

test('leaves nothing behind where the kernel fails', () => {
  const [backend] = backendsWith(({ kernels }) =>
    kernels.set(sparseSoftmaxCrossEntropyKernel, failingKernel),
  ) as [Backend]
  const x = ones([2, 3], { backend })
  const labels = zeros([2], { dtype: 'int32', backend })
  expectCleanFailure(() => crossEntropy(x, labels))
  expectCleanFailure(() => grad((y: Tensor) => sum(crossEntropy(y, labels)))(x))
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3])
  const labels = zeros([2], { dtype: 'int32' })
  expect(() => crossEntropy(1 as never, labels)).toThrow(ArgumentError)
  expect(() => crossEntropy(x, [0, 1] as never)).toThrow(/labels is not a tensor/)
  expect(() => crossEntropy(x, zeros([2]))).toThrow(DTypeError)
  expect(() => crossEntropy(x, zeros([3], { dtype: 'int32' }))).toThrow(ShapeError)
  expect(() => crossEntropy(x, zeros([2, 3], { dtype: 'int32' }))).toThrow(/one-hot targets need/)
  expect(() => crossEntropy(x, labels, { axis: -3 })).toThrow(/axis is outside/)
  expect(() => crossEntropy(x, labels, 0 as never)).toThrow(/the options are not an object/)
  expect(() => crossEntropy(x, zeros([2], { dtype: 'int32', backend: testBackends[1]! }))).toThrow(
    BackendMismatchError,
  )
  labels.dispose()
  expect(() => crossEntropy(x, labels)).toThrow(DisposedError)
})
