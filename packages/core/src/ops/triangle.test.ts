import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { at, checkBothGradients, checkValues, plain, testBackends } from './movement-test-cases.ts'
import { tril } from './tril.ts'
import { triu } from './triu.ts'

beforeEach(() => setBackend(testBackends[0]!))

const functions = [
  { name: 'tril', f: tril, stays: (i: number, j: number, k: number) => j - i <= k },
  { name: 'triu', f: triu, stays: (i: number, j: number, k: number) => j - i >= k },
]

describe.each(functions)('$name', ({ name, f, stays }) => {
  test.each<{ shape: number[]; ks: number[] }>([
    { shape: [3, 3], ks: [0, 1, -1, 2, -2, 3, -3, 9, -9] },
    { shape: [2, 4], ks: [0, 1, -1, 3, 4, Number.MAX_SAFE_INTEGER] },
    { shape: [4, 2], ks: [0, 1, -3, -4, -Number.MAX_SAFE_INTEGER] },
    { shape: [2, 1, 2, 3], ks: [0, -1] },
    { shape: [2, 1, 1, 2, 2], ks: [0] },
    { shape: [0, 2], ks: [0] },
    { shape: [2, 0], ks: [0] },
    { shape: [0, 2, 2], ks: [1] },
  ])('agrees with plain loops: $shape', ({ shape, ks }) => {
    for (const k of ks) {
      checkValues(
        shape,
        (x) => f(x, { k }),
        (x) => plain(shape, (index) => (stays(index.at(-2)!, index.at(-1)!, k) ? at(x, index) : 0)),
      )
    }
  })

  test('has gradients of both orders', async () => {
    await checkBothGradients([[2, 3]], (x) => f(x!))
    await checkBothGradients([[2, 2, 2]], (x) => f(x!, { k: -1 }))
  })

  test('refuses vectors and bad diagonals', () => {
    expect(() => f(zeros([3]))).toThrow(ShapeError)
    expect(() => f(zeros([3]))).toThrow(new RegExp(`^${name}: the tensor has no matrices`))
    expect(() => f(zeros([2, 2]), { k: 0.5 })).toThrow(ArgumentError)
    expect(() => f(zeros([2, 2]), { k: Number.NaN })).toThrow(/k is not a whole number/)
    expect(() => f(1 as never)).toThrow(/x is not a tensor/)
  })
})

test('what is cut away leaves nothing behind, whatever it is', () => {
  const x = tensor([
    [-0, Number.NaN],
    [Infinity, 1],
  ])
  expect([...tril(x).dataSync()]).toEqual([-0, 0, Infinity, 1])
  expect([...triu(x).dataSync()]).toEqual([-0, Number.NaN, 0, 1])
})
