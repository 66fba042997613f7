import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { extendBackend } from '../backend/extend-backend.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Conv1dOptions, conv1d, conv2d, conv3d } from './conv.ts'
import { plainConvKernels } from './conv-test-cases.ts'
import {
  type ConvTransposeOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './conv-transpose.ts'
import { convInputGradientKernel, convKernel, convKernelGradientKernel } from './convolve.ts'
import { depthwiseConv1d, depthwiseConv2d } from './depthwise-conv.ts'
import { backendsWith, expectCleanFailure, failingKernel, uninitializedBackend } from './kernel-test-cases.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { checkBothOrders, expectClose, layouts } from './neural-test-cases.ts'
import { reshape } from './reshape.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

interface Sample {
  readonly op: (x: Tensor, kernel: Tensor, options: never) => Tensor
  readonly x: readonly number[]
  readonly kernel: readonly number[]
  readonly options: Conv1dOptions | ConvTransposeOptions
}

/** Calls that between them meet every way of computing a convolution. */
const samples: readonly Sample[] = [
  { op: conv1d, x: [2, 6, 3], kernel: [3, 3, 2], options: { padding: 'same' } },
  { op: conv1d, x: [1, 5, 1], kernel: [1, 1, 3], options: {} },
  {
    op: conv1d,
    x: [2, 7, 2],
    kernel: [2, 2, 2],
    options: { strides: 3, dilationRate: 2, padding: 'causal' },
  },
  { op: conv1d, x: [1, 4, 2], kernel: [3, 1, 4], options: { padding: [[3, 4]], groups: 2 } },
  { op: conv1d, x: [1, 6, 3], kernel: [2, 3, 2], options: { groups: 2, dataFormat: 'channelsFirst' } },
  { op: conv2d, x: [2, 4, 5, 2], kernel: [3, 2, 2, 3], options: { padding: 'same' } },
  { op: conv2d, x: [1, 5, 4, 4], kernel: [2, 2, 2, 4], options: { groups: 2, strides: [2, 1] } },
  { op: conv2d, x: [1, 2, 5, 4], kernel: [1, 1, 2, 3], options: { dataFormat: 'channelsFirst', strides: 2 } },
  { op: conv2d, x: [2, 3, 2, 2], kernel: [3, 2, 2, 2], options: {} },
  { op: conv2d, x: [1, 6, 7, 1], kernel: [2, 3, 1, 2], options: { dilationRate: [4, 2], strides: [1, 2] } },
  {
    op: conv2d,
    x: [1, 1, 3, 1],
    kernel: [2, 2, 1, 1],
    options: {
      padding: [
        [3, 3],
        [0, 2],
      ],
      strides: [4, 2],
    },
  },
  {
    op: conv3d,
    x: [1, 3, 4, 3, 2],
    kernel: [2, 2, 2, 2, 2],
    options: { strides: [1, 2, 1], padding: 'same' },
  },
  { op: conv3d, x: [1, 2, 3, 2, 2], kernel: [2, 1, 2, 1, 4], options: { groups: 2 } },
  { op: convTranspose1d, x: [2, 3, 2], kernel: [3, 2, 2], options: { strides: 2 } },
  {
    op: convTranspose1d,
    x: [1, 3, 4],
    kernel: [2, 3, 4],
    options: { strides: 3, groups: 2, padding: 'same' },
  },
  {
    op: convTranspose1d,
    x: [1, 4, 2],
    kernel: [3, 1, 2],
    options: { padding: [[2, 1]], strides: 2, outputPadding: 1 },
  },
  {
    op: convTranspose2d,
    x: [1, 2, 3, 2],
    kernel: [3, 2, 2, 2],
    options: { strides: [2, 1], dilationRate: [1, 2] },
  },
  { op: convTranspose2d, x: [1, 2, 2, 3], kernel: [2, 2, 1, 2], options: { dataFormat: 'channelsFirst' } },
  {
    op: convTranspose3d,
    x: [1, 1, 2, 2, 2],
    kernel: [2, 2, 1, 2, 2],
    options: { strides: 2, padding: 'same' },
  },
  { op: convTranspose2d, x: [2, 2, 3, 2], kernel: [2, 2, 3, 2], options: { strides: 2 } },
  {
    op: convTranspose2d,
    x: [1, 2, 2, 4],
    kernel: [2, 1, 2, 4],
    options: { strides: [4, 2], dilationRate: 2, groups: 2 },
  },
  { op: conv3d, x: [1, 2, 5, 4, 2], kernel: [1, 2, 2, 2, 2], options: { strides: [1, 2, 2] } },
  { op: depthwiseConv1d, x: [2, 5, 3], kernel: [2, 3, 2], options: { padding: 'causal' } },
  { op: depthwiseConv1d, x: [1, 4, 1], kernel: [2, 1, 2], options: { strides: 2 } },
  { op: depthwiseConv2d, x: [1, 4, 3, 2], kernel: [2, 2, 2, 1], options: { strides: 2, padding: 'same' } },
  { op: depthwiseConv2d, x: [1, 2, 4, 4], kernel: [2, 2, 2, 3], options: { dataFormat: 'channelsFirst' } },
]

const run = ({ op, options }: Sample, x: Tensor, kernel: Tensor): Tensor => op(x, kernel, options as never)

const described = samples.map((sample, i) => ({
  sample,
  name: `${i}: ${sample.op.name} of ${sample.x.join('×')}`,
}))

describe.each(described)('$name', ({ sample }) => {
  test('agrees with plain loops that the backend has, in every layout, gradients too', () => {
    const plain = plainConvKernels()
    const fused = backendsWith(({ kernels }) => {
      kernels.set(convKernel, plain.conv)
      kernels.set(convInputGradientKernel, plain.inputGradient)
      kernels.set(convKernelGradientKernel, plain.kernelGradient)
    })
    const weigh = (x: Tensor, kernel: Tensor): Tensor => {
      const y = run(sample, x, kernel)
      return sum(mul(y, mul(y, y)))
    }
    const resultsOf = (backend: Backend): Tensor[] => {
      const kernels = layouts(backend, 'float64', sample.kernel)
      return layouts(backend, 'float64', sample.x).flatMap((x, i) => {
        expectBalanced(() => run(sample, x, kernels[i]!))
        expectBalanced(() => grad(weigh)(x, kernels[i]!))
        return [run(sample, x, kernels[i]!), ...grad(weigh)(x, kernels[i]!)]
      })
    }
    const [composed, ...others] = [...testBackends, uninitializedBackend(), ...fused].map(resultsOf)
    for (const results of others) {
      results.forEach((result, i) => {
        expect(result.shape).toEqual(composed![i]!.shape)
        // Cubes of sums: the digits that cancel are those of larger numbers.
        const scale = Math.max(...composed![i]!.dataSync().map(Math.abs), 1)
        expectClose(
          result.dataSync().map((value) => value / scale),
          [...composed![i]!.dataSync()].map((value) => value / scale),
          { dtype: 'float64' },
        )
      })
    }
    for (const calls of Object.values(plain.calls)) expect(calls).toBeGreaterThan(0)
  })

  test('has gradients of both orders', async () => {
    const inputs = [sample.x, sample.kernel].map((shape, which) => ({
      shape,
      values: Array.from({ length: sizeOf(shape) }, (_, i) => 0.9 * Math.sin(5 * i + which)),
    }))
    await checkBothOrders((x, kernel) => mul(run(sample, x!, kernel!), run(sample, x!, kernel!)), inputs)
  })
})

test('runs one kernel of the backend for each part, but for integers', () => {
  const plain = plainConvKernels()
  const [backend] = backendsWith(({ kernels }) => {
    kernels.set(convKernel, plain.conv)
    kernels.set(convInputGradientKernel, plain.inputGradient)
    kernels.set(convKernelGradientKernel, plain.kernelGradient)
  }) as [Backend]
  const x = ones([1, 3, 3, 1], { backend })
  const kernel = ones([2, 2, 1, 1], { backend })
  grad((a: Tensor, b: Tensor) => sum(conv2d(a, b)))(x, kernel)
  expect(plain.calls).toEqual({ conv: 1, inputGradient: 1, kernelGradient: 1 })
  convTranspose2d(x, kernel)
  expect(plain.calls).toEqual({ conv: 1, inputGradient: 2, kernelGradient: 1 })
  conv2d(ones([1, 3, 3, 1], { backend, dtype: 'int32' }), ones([2, 2, 1, 1], { backend, dtype: 'int32' }))
  conv2d(ones([0, 3, 3, 1], { backend }), kernel)
  expect(plain.calls.conv).toBe(1)
  backend.kernels.set(convInputGradientKernel, failingKernel)
  expectCleanFailure(() => grad((a: Tensor) => sum(conv2d(a, kernel)))(x))
  backend.kernels.set(convKernelGradientKernel, failingKernel)
  expectCleanFailure(() => grad((a: Tensor) => sum(conv2d(x, a)))(kernel))
  backend.kernels.set(convKernel, failingKernel)
  const strided = transpose(x, [0, 2, 1, 3])
  expectCleanFailure(() => conv2d(strided, kernel))
})

test('takes a batch in parts where the columns of all would not fit', () => {
  const values = (shape: readonly number[]): number[] =>
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i))
  for (const [x, kernel, groups, most] of [
    [[5, 4, 4, 2], [2, 2, 2, 2], 1, 260],
    [[5, 4, 4, 4], [2, 2, 2, 4], 2, 520],
  ] as const) {
    const results = [Number.POSITIVE_INFINITY, most].map((maxLength) => {
      const base = referenceBackend()
      const backend = extendBackend(base as Backend, { caps: { ...base.caps, maxLength } })
      const a = tensor(values(x), { shape: x, backend, dtype: 'float64' })
      const b = tensor(values(kernel), { shape: kernel, backend, dtype: 'float64' })
      const f = (p: Tensor, q: Tensor): Tensor => sum(mul(conv2d(p, q, { groups }), conv2d(p, q, { groups })))
      expectBalanced(() => grad(f)(a, b))
      return [conv2d(a, b, { groups }), ...grad(f)(a, b)].map((result) => [...result.dataSync()])
    })
    for (const parts of results.slice(1)) {
      parts.forEach((part, i) => expectClose(part, results[0]![i]!, { dtype: 'float64' }))
    }
  }
})

test('copies nothing where the kernel sees one element, or all of them', () => {
  const calls: string[] = []
  const base = referenceBackend()
  const backend = extendBackend(base as Backend, {
    copy: (from, to) => {
      calls.push('copy')
      base.copy(from as never, to as never)
    },
  })
  conv2d(ones([2, 4, 4, 3], { backend }), ones([1, 1, 3, 5], { backend }))
  conv2d(ones([2, 4, 4, 3], { backend }), ones([4, 4, 3, 5], { backend }))
  expect(calls).toEqual([])
})

test('computes in the promoted dtype', () => {
  const x = tensor([1, 2, 3], { shape: [1, 3, 1], dtype: 'int32' })
  const kernel = tensor([2, 5], { shape: [2, 1, 1], dtype: 'int32' })
  const result = conv1d(x, kernel)
  expect([result.dtype, ...result.dataSync()]).toEqual(['int32', 12, 19])
  expect(conv1d(x, ones([2, 1, 1])).dtype).toBe('float32')
  expect(conv1d(ones([1, 3, 1], { dtype: 'bool' }), ones([2, 1, 1], { dtype: 'bool' })).dtype).toBe('int32')
  expect(convTranspose1d(ones([1, 3, 1]), ones([2, 1, 1], { dtype: 'float64' })).dtype).toBe('float64')
})

test('keeps NaN and infinities to the outputs that see them', () => {
  const x = tensor([Number.NaN, 1, 1, Infinity], { shape: [1, 4, 1] })
  expect([...conv1d(x, ones([2, 1, 1])).dataSync()]).toEqual([Number.NaN, 2, Infinity])
  expect([...convTranspose1d(x, ones([2, 1, 1]), { strides: 2 }).dataSync()]).toEqual([
    Number.NaN,
    Number.NaN,
    1,
    1,
    1,
    1,
    Infinity,
    Infinity,
  ])
  const two = reshape(tensor([Number.NaN, 1, 2, 3]), [1, 2, 2])
  expect([...depthwiseConv1d(two, ones([1, 2, 1])).dataSync()]).toEqual([Number.NaN, 1, 2, 3])
})

test('takes what is empty', () => {
  expect(conv1d(zeros([0, 5, 2]), zeros([2, 2, 3])).shape).toEqual([0, 4, 3])
  expect(conv1d(zeros([2, 0, 2]), zeros([2, 2, 3]), { padding: 'same' }).shape).toEqual([2, 0, 3])
  expect(conv1d(zeros([1, 3, 2]), zeros([2, 2, 0])).shape).toEqual([1, 2, 0])
  expect(convTranspose1d(zeros([0, 3, 2]), zeros([2, 4, 2])).shape).toEqual([0, 4, 4])
  expect(depthwiseConv1d(zeros([1, 3, 0]), zeros([2, 0, 4])).shape).toEqual([1, 2, 0])
  for (const backend of testBackends) {
    const nothing = zeros([1, 3, 0], { backend })
    expect([...conv1d(nothing, zeros([2, 0, 2], { backend })).dataSync()]).toEqual([0, 0, 0, 0])
    const around = conv1d(zeros([1, 0, 1], { backend }), ones([2, 1, 1], { backend }), { padding: [[1, 1]] })
    expect([...around.dataSync()]).toEqual([0])
    const kernel = ones([2, 2, 1], { backend })
    const slope = grad((k: Tensor) => sum(conv1d(zeros([0, 3, 2], { backend }), k)))(kernel)
    expect([...slope.dataSync()]).toEqual([0, 0, 0, 0])
  }
})

test('refuses wrong tensors', () => {
  const [x, kernel] = [ones([1, 5, 5, 2]), ones([3, 3, 2, 4])]
  expect(() => conv2d([1] as never, kernel)).toThrow(ArgumentError)
  expect(() => conv2d(x, 3 as never)).toThrow(/conv2d: kernel is not a tensor/)
  expect(() => conv2d(ones([5, 5, 2]), kernel)).toThrow(/x does not have 4 dimensions.*expandDims/s)
  expect(() => conv2d(ones([5, 2]), kernel)).toThrow(ShapeError)
  expect(() => conv2d(x, ones([3, 3, 2]))).toThrow(/the kernel does not have 4 dimensions/)
  expect(() => conv2d(x, ones([0, 3, 2, 1]))).toThrow(/the kernel has no elements along an axis/)
  expect(() => conv2d(x, ones([3, 3, 3, 4]))).toThrow(/the channels do not fit.*2 \(channels of x\) = 3/s)
  expect(() => conv2d(x, ones([3, 3, 1, 3]), { groups: 2 })).toThrow(/a multiple of 2 groups/)
  expect(() => conv2d(x, ones([6, 1, 2, 1]))).toThrow(/the kernel is larger than the padded input/)
  expect(() => conv2d(x, kernel, { dilationRate: 3 })).toThrow(ShapeError)
  expect(() => conv2d(x, kernel, { dataFormat: 'channelsFirst' })).toThrow(/5 \(channels of x\)/)
  expect(() => conv2d(x, ones([3, 3, 2, 4], { backend: testBackends[1]! }))).toThrow(/different backends/)
  const gone = ones([1, 5, 5, 2])
  gone.dispose()
  expect(() => conv2d(gone, kernel)).toThrow(DisposedError)
  expect(memory().tensors).toBeGreaterThan(0)
})

test('refuses wrong options', () => {
  const [x, kernel] = [ones([1, 5, 5, 2]), ones([3, 3, 2, 4])]
  const refused =
    (options: object): (() => Tensor) =>
    () =>
      conv2d(x, kernel, options)
  expect(refused({ strides: 0 })).toThrow(/strides is not made of whole numbers of at least 1/)
  expect(refused({ strides: [1] })).toThrow(/strides does not have one number for each spatial axis/)
  expect(refused({ dilationRate: 1.5 })).toThrow(ArgumentError)
  expect(refused({ padding: 'causal' })).toThrow(/padding is none that there is.*'valid', 'same'/s)
  expect(refused({ padding: [1, 1] })).toThrow(ArgumentError)
  expect(refused({ padding: [[1, 1]] })).toThrow(ArgumentError)
  expect(
    refused({
      padding: [
        [1, -1],
        [0, 0],
      ],
    }),
  ).toThrow(ArgumentError)
  expect(refused({ groups: 0 })).toThrow(/groups is not a whole number of at least 1/)
  expect(refused({ dataFormat: 'channels_last' })).toThrow(/dataFormat is none that there is/)
  expect(refused({ stride: 2 })).toThrow(/unknown option "stride".*did you mean strides/s)
})
