import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, ShapeError } from '../errors/index.ts'
import { ones, scalar, tensor, zeros } from '../tensor/create.ts'
import { type Shape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { matmul } from './matmul.ts'
import { checkBothGradients, expectBalanced, testBackends } from './movement-test-cases.ts'
import { slice } from './slice.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

function counting(shape: Shape, seed: number): Tensor {
  return tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => ((i * seed) % 11) - 5),
    { shape },
  )
}

/** out[b, i, j] = Σₖ a[b, i, k]·b[b, k, j], by the definition; a batch of 1 repeats. */
function product(a: Tensor, b: Tensor): number[] {
  const [p, m, k] = a.shape as readonly [number, number, number]
  const [q, , n] = b.shape as readonly [number, number, number]
  const [left, right] = [a.dataSync(), b.dataSync()]
  const at = (batch: number, i: number, j: number): number =>
    Array.from({ length: k }, (_, l) => {
      const x = left[((batch % p) * m + i) * k + l]!
      return x * right[((batch % q) * k + l) * n + j]!
    }).reduce((total, part) => total + part, 0)
  return Array.from({ length: Math.max(p, q) * m * n }, (_, position) =>
    at(Math.floor(position / (m * n)), Math.floor(position / n) % m, position % n),
  )
}

describe.each([0, 1])('on test backend %d', (which) => {
  beforeEach(() => setBackend(testBackends[which]!))

  test.each<[Shape, Shape]>([
    [
      [1, 2, 3],
      [1, 3, 4],
    ],
    [
      [5, 2, 3],
      [5, 3, 1],
    ],
    [
      [1, 4, 1],
      [3, 1, 2],
    ],
    [
      [3, 1, 5],
      [1, 5, 1],
    ],
  ])('multiplies batches of matrices of %j and %j', (shapeA, shapeB) => {
    const a = counting(shapeA, 7)
    const b = counting(shapeB, 5)
    const out = matmul(a, b)
    expect(out.shape).toEqual([Math.max(shapeA[0]!, shapeB[0]!), shapeA[1], shapeB[2]])
    expect([...out.dataSync()]).toEqual(product(a, b))
    expectBalanced(() => matmul(a, b))
  })

  test('takes views: transposed, stepped, flipped', () => {
    const a = transpose(counting([1, 3, 2], 7), [0, 2, 1])
    const b = slice(counting([1, 6, 4], 5), [null, [null, null, 2], [null, null, -1]])
    expect([...matmul(a, b).dataSync()]).toEqual(product(a, b))
    expectBalanced(() => matmul(a, b))
  })

  test('has gradients of both orders', async () => {
    await checkBothGradients(
      [
        [2, 3],
        [3, 2],
      ],
      (a, b) => matmul(a!, b!),
    )
    await checkBothGradients(
      [
        [2, 1, 2, 2],
        [3, 2, 1],
      ],
      (a, b) => matmul(a!, b!),
    )
    await checkBothGradients([[3], [3, 2]], (a, b) => matmul(a!, b!))
    await checkBothGradients([[3], [3]], (a, b) => matmul(a!, b!))
  })
})

test('broadcasts batch axes of any number', () => {
  expect(matmul(ones([4, 1, 2, 3]), ones([5, 3, 2])).shape).toEqual([4, 5, 2, 2])
  expect(matmul(ones([2, 3]), ones([7, 6, 3, 2])).shape).toEqual([7, 6, 2, 2])
  expect(matmul(zeros([0, 2, 3]), ones([3, 2])).shape).toEqual([0, 2, 2])
})

test('takes vectors for rows and columns, without their axes in the result', () => {
  const v = tensor([1, 2, 3])
  const m = tensor([
    [1, 0],
    [0, 1],
    [1, 1],
  ])
  expect(matmul(v, v).arraySync()).toBe(14)
  expect(matmul(v, m).arraySync()).toEqual([4, 5])
  expect(matmul(transpose(m), v).arraySync()).toEqual([4, 5])
  expect(matmul(v, ones([5, 3, 2])).shape).toEqual([5, 2])
  expect(matmul(ones([5, 2, 3]), v).shape).toEqual([5, 2])
})

test('sums nothing to zeros', () => {
  expect(matmul(zeros([2, 0]), zeros([0, 3])).arraySync()).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
  expect(grad((x: Tensor) => sum(matmul(x, zeros([0, 3]))))(zeros([2, 0])).shape).toEqual([2, 0])
})

test.each([
  ['float32', 'float64', 'float64'],
  ['int32', 'float32', 'float32'],
  ['uint8', 'int32', 'int32'],
  ['int32', 'int32', 'int32'],
  ['bool', 'bool', 'int32'],
] as const)('of %s and %s is %s', (a, b, expected) => {
  const out = matmul(ones([2, 3], { dtype: a }), ones([3, 1], { dtype: b }))
  expect(out.dtype).toBe(expected)
  expect(out.arraySync()).toEqual([[3], [3]])
})

test('integers wrap', () => {
  const large = tensor([[2 ** 30, 2 ** 30]], { dtype: 'int32' })
  expect(matmul(large, tensor([[2], [2]], { dtype: 'int32' })).arraySync()).toEqual([[0]])
})

test('refuses shapes that do not fit, and says what may be meant', () => {
  expect(() => matmul(ones([32, 784]), ones([128, 784]))).toThrow(
    /^matmul: inner dimensions differ\.\n {2}a: float32\[32, 784\]\n {2}b: float32\[128, 784\]\n {2}expected: 784 \(a, axis -1\) = 128 \(b, axis -2\)\n {2}hint: matmul\(a, transpose\(b\)\)\?/,
  )
  expect(() => matmul(ones([2, 3]), ones([2, 4]))).toThrow(ShapeError)
  expect(() => matmul(ones([3]), ones([4]))).toThrow(/3 \(a, axis -1\) = 4 \(b, axis -1\)/)
  expect(() => matmul(ones([2, 1, 3]), ones([3, 3, 1]))).toThrow(/batch dimensions do not broadcast/)
  expect(() => matmul(scalar(1), ones([2, 2]))).toThrow(/a scalar is not a matrix(.*\n)*.*mul\(a, b\) scales/)
  expect(() => matmul(2 as never, ones([2]))).toThrow(ArgumentError)
  expect(() => matmul(ones([2, 2]), ones([2, 2], { backend: testBackends[1]! }))).toThrow(
    BackendMismatchError,
  )
})
