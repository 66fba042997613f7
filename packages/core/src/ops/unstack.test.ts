import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  at,
  checkBothGradients,
  expectBalanced,
  expectValues,
  forEachTensor,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { sum } from './sum.ts'
import { unstack } from './unstack.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; axis: number }>([
  { shape: [3], axis: 0 },
  { shape: [2, 3], axis: 0 },
  { shape: [2, 3, 2], axis: -2 },
  { shape: [3, 0], axis: 0 },
  { shape: [0, 3], axis: 0 },
])('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  const along = (axis + shape.length) % shape.length
  forEachTensor(shape, ({ x, values }) => {
    const parts = unstack(x, { axis })
    expect(parts).toHaveLength(shape[along]!)
    parts.forEach((part, which) => {
      expect(part.dtype).toBe(x.dtype)
      expect(part.storage).toBe(x.storage)
      expectValues(
        part,
        plain(
          shape.filter((_, d) => d !== along),
          (index) => at(values, [...index.slice(0, along), which, ...index.slice(along)]),
        ),
      )
      part.dispose()
    })
    expectBalanced(() => unstack(x, { axis }))
  })
})

test('has gradients of both orders', async () => {
  await checkBothGradients([[3, 2]], (x) => {
    const [a, b, c] = unstack(x!)
    return mul(mul(a!, b!), c!)
  })
  await checkBothGradients([[2]], (x) => unstack(x!)[1]!)
})

test('gives zeros to the parts that are not used', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ])
  const f = (t: Tensor): Tensor => sum(unstack(t, { axis: 1 })[1]!)
  expect(grad(f)(x).arraySync()).toEqual([
    [0, 1],
    [0, 1],
  ])
})

test('refuses bad axes', () => {
  expect(() => unstack(zeros([]))).toThrow(ShapeError)
  expect(() => unstack(zeros([2]), { axis: 1 })).toThrow(/unstack: axis is outside the tensor's dimensions/)
  expect(() => unstack(zeros([2]), 0 as never)).toThrow(ArgumentError)
  expect(() => unstack([1] as never)).toThrow(/x is not a tensor/)
})
