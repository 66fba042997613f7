import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { referenceBackend } from '../reference/index.ts'
import { full, tensor, zeros } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import { type Shape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { concat, concatKernel } from './concat.ts'
import { expandDims } from './expand-dims.ts'
import {
  at,
  checkBothGradients,
  expectBalanced,
  expectValues,
  forEachTensor,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { reshape } from './reshape.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

function ones(dtype: DType, shape: Shape, backend: Backend): Tensor {
  return tidy(() => reshape(full([sizeOf(shape)], 1, { dtype, backend }), shape))
}

test.each<{ shape: number[]; other: number[]; axis: number }>([
  { shape: [3], other: [2], axis: 0 },
  { shape: [2, 3], other: [4, 3], axis: 0 },
  { shape: [2, 3], other: [2, 1], axis: -1 },
  { shape: [2, 3, 2], other: [2, 2, 2], axis: 1 },
  { shape: [0, 3], other: [2, 3], axis: 0 },
  { shape: [2, 0], other: [2, 0], axis: 0 },
  { shape: [2, 1, 1, 2, 2], other: [2, 1, 2, 2, 2], axis: 2 },
])('agrees with plain loops: $shape and $other along $axis', ({ shape, other, axis }) => {
  const along = (axis + shape.length) % shape.length
  const side = shape[along]!
  forEachTensor(shape, ({ x, values }, backend) => {
    const y = ones(x.dtype, other, backend)
    const out = concat([x, y, x], { axis })
    expect(out.dtype).toBe(x.dtype)
    expectValues(
      out,
      plain(
        shape.map((n, d) => (d === along ? 2 * side + other[along]! : n)),
        (index) => {
          const i = index[along]!
          if (i >= side && i < side + other[along]!) return 1
          const within = i < side ? i : i - side - other[along]!
          return at(
            values,
            index.map((n, d) => (d === along ? within : n)),
          )
        },
      ),
    )
    out.dispose()
    expectBalanced(() => concat([x, y, x], { axis }))
    y.dispose()
  })
})

test('promotes dtypes as NumPy does', () => {
  const ofType = (dtype: DType): Tensor => full([1], 1, { dtype })
  expect(concat([ofType('bool'), ofType('uint8')]).dtype).toBe('uint8')
  expect(concat([ofType('int32'), ofType('bool')]).dtype).toBe('int32')
  const mixed = concat([ofType('float32'), tensor([300], { dtype: 'int32' }), tensor([true])])
  expect(mixed.dtype).toBe('float32')
  expect([...mixed.dataSync()]).toEqual([1, 300, 1])
  expect(concat([ofType('float64'), ofType('float32')]).dtype).toBe('float64')
})

test('gives a copy of a single tensor', () => {
  const x = tensor([1, 2])
  const out = concat([x])
  x.dispose()
  expect(out.arraySync()).toEqual([1, 2])
})

test('has gradients of both orders', async () => {
  await checkBothGradients(
    [
      [2, 3],
      [2, 2],
    ],
    (a, b) => concat([a!, b!, a!], { axis: 1 }),
  )
  await checkBothGradients([[2], [0]], (a, b) => concat([a!, b!]))
})

test('gives each input its gradient in its own dtype', () => {
  const [a, b] = grad((x: Tensor, y: Tensor) => sum(concat([x, y])))(
    tensor([1, 2]),
    tensor(new Float64Array([3])),
  )
  expect([a.dtype, b.dtype]).toEqual(['float32', 'float64'])
  expect([a.arraySync(), b.arraySync()]).toEqual([[1, 1], [1]])
})

test.each([true, false])('uses the kernel where the backend has it (strided: %s)', (strided) => {
  const backend = referenceBackend({ strided, maxRank: 4 })
  const calls: string[] = []
  backend.kernels.set(concatKernel, (inputs, axis, out) => {
    calls.push(`${inputs.map((view) => view.dtype)} of rank ${out.shape.length}`)
    let start = 0
    for (const view of inputs) {
      expect(strided || view.contiguous).toBe(true)
      const region = { ...out, shape: view.shape, size: view.size, contiguous: false }
      backend.copy(view as never, { ...region, offset: start * out.strides[axis]! } as never)
      start += view.shape[axis]!
    }
  })
  setBackend(backend)
  const a = tensor([
    [1, 2],
    [3, 4],
  ])
  const b = tensor([[5], [6]], { dtype: 'int32' })
  const nothing = zeros([2, 0])
  expectBalanced(() => {
    const turned = transpose(a)
    const out = concat([turned, nothing, b], { axis: 1 })
    expect(out.arraySync()).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ])
    return [out, turned]
  })
  const deep = expandDims(a, { axis: [0, 2, 4] })
  expect(concat([deep, deep], { axis: 3 }).shape).toEqual([1, 2, 1, 4, 1])
  expect(calls).toEqual(['float32,float32 of rank 2', 'float32,float32 of rank 2'])
})

test('refuses tensors that do not fit', () => {
  const x = zeros([2, 3])
  expect(() => concat([])).toThrow(ArgumentError)
  expect(() => concat([])).toThrow(/concat: the first argument is not an array of at least one tensor/)
  expect(() => concat([x, zeros([2, 4])])).toThrow(ShapeError)
  expect(() => concat([x, zeros([2, 4])])).toThrow(/the shapes differ along other axes than the one to join/)
  expect(() => concat([x, zeros([2])], { axis: 1 })).toThrow(/use stack\(\)/)
  expect(() => concat([zeros([]), zeros([])])).toThrow(/a scalar has none/)
  expect(() => concat([x, 1 as never])).toThrow(/tensors\[1\] is not a tensor/)
  expect(() => concat([x, x], 1 as never)).toThrow(/the options are not an object/)
  expect(() => concat([x, zeros([2, 3], { backend: testBackends[1]! })])).toThrow(BackendMismatchError)
})
