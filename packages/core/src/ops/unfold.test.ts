import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  at,
  checkBothGradients,
  checkValues,
  expectBalanced,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { sum } from './sum.ts'
import { type UnfoldOptions, unfold } from './unfold.ts'

beforeEach(() => setBackend(testBackends[0]!))

const windows: { shape: number[]; options: UnfoldOptions }[] = [
  { shape: [5], options: { size: 2 } },
  { shape: [5], options: { size: 5 } },
  { shape: [1], options: { size: 1, stride: 3, dilation: 2 } },
  { shape: [7], options: { size: 3, stride: 2 } },
  { shape: [7], options: { size: 3, stride: 3 } },
  { shape: [9], options: { size: 2, stride: 4 } },
  { shape: [9], options: { size: 3, dilation: 3 } },
  { shape: [12], options: { size: 4, stride: 2, dilation: 2 } },
  { shape: [12], options: { size: 3, stride: 4, dilation: 2 } },
  { shape: [12], options: { size: 3, stride: 2, dilation: 3 } },
  { shape: [4, 3], options: { axis: 0, size: 2 } },
  { shape: [2, 5, 3], options: { axis: -2, size: 3, stride: 2 } },
  { shape: [0, 3], options: { size: 2 } },
  { shape: [2, 1, 2, 3, 1, 2], options: { axis: 3, size: 2 } },
]

test.each(windows)('agrees with plain loops: $shape in $options', ({ shape, options }) => {
  const { size, stride = 1, dilation = 1 } = options
  const axis = ((options.axis ?? -1) + shape.length) % shape.length
  const count = Array.from({ length: shape[axis]! }, (_, n) => n * stride + (size - 1) * dilation).filter(
    (last) => last < shape[axis]!,
  ).length
  checkValues(
    shape,
    (x) => unfold(x, options),
    (x) =>
      plain([...shape.map((side, d) => (d === axis ? count : side)), size], (index) =>
        at(
          x,
          shape.map((_, d) => (d === axis ? index[d]! * stride + index.at(-1)! * dilation : index[d]!)),
        ),
      ),
  )
})

test('copies nothing', () => {
  const x = ones([4, 3])
  const view = unfold(x, { axis: 0, size: 2 })
  expect(view.storage).toBe(x.storage)
  expect(view.strides).toEqual([3, 1, 3])
})

test('adds the gradients of the windows that an element lies in', () => {
  for (const { shape, options } of windows) {
    for (const backend of testBackends) {
      const x = ones(shape, { backend })
      const gradient = grad((y: Tensor) => sum(unfold(y, options)))(x)
      expectBalanced(() => grad((y: Tensor) => sum(unfold(y, options)))(x))
      const numbered = tensor(
        Array.from({ length: x.size }, (_, i) => i),
        { shape, backend },
      )
      const seen = [...unfold(numbered, options).dataSync()]
      const counts = Array.from({ length: x.size }, (_, i) => seen.filter((n) => n === i).length)
      expect([...gradient.dataSync()]).toEqual(counts)
    }
  }
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[7]], (x) => unfold(x!, { size: 3, stride: 2 }))
  await checkBothGradients([[5, 2]], (x) => unfold(x!, { axis: 0, size: 2, dilation: 2 }))
  await checkBothGradients([[2, 5]], (x) => unfold(x!, { size: 2, stride: 3 }))
})

test('refuses wrong arguments', () => {
  const x = ones([2, 5])
  expect(() => unfold([1] as never, { size: 1 })).toThrow(ArgumentError)
  expect(() => unfold(x, { size: 6 })).toThrow(ShapeError)
  expect(() => unfold(x, { size: 3, dilation: 3 })).toThrow(/unfold: a window is longer than the axis/)
  expect(() => unfold(x, { size: 0 })).toThrow(/size is not a whole number of at least 1/)
  expect(() => unfold(x, {} as never)).toThrow(/size is not a whole number of at least 1/)
  expect(() => unfold(x, { size: 2, stride: 0 })).toThrow(/stride is not/)
  expect(() => unfold(x, { size: 2, dilation: 1.5 })).toThrow(/dilation is not/)
  expect(() => unfold(x, { size: 2, axis: 2 })).toThrow(/unfold: axis is outside/)
  expect(() => unfold(tensor(1), { size: 1 })).toThrow(ShapeError)
  expect(() => unfold(x, { size: 2, step: 2 } as never)).toThrow(/unknown option "step"/)
  const gone = ones([2])
  gone.dispose()
  expect(() => unfold(gone, { size: 1 })).toThrow(DisposedError)
})

test('steps beyond the axis leave finite strides', () => {
  const windows = unfold(ones([2, 3]), { size: 1, stride: Number.MAX_VALUE, dilation: 2 ** 53 })
  expect(windows.shape).toEqual([2, 1, 1])
  expect(windows.strides.every(Number.isFinite)).toBe(true)
  expect(windows.arraySync()).toEqual([[[1]], [[1]]])
})
