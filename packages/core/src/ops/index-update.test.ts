import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { BackendMismatchError, DTypeError, ShapeError } from '../errors/index.ts'
import { arange, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { newAxis } from './index-spec.ts'
import { ints, intsFor, rows } from './index-test-cases.ts'
import { indexUpdate } from './index-update.ts'
import {
  checkBothGradients,
  expectBalanced,
  expectValues,
  forEachTensor,
  testBackends,
} from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each(rows)(
  'x[$numpy]: indexUpdate replaces what NumPy replaces, the last value last',
  ({ entries, shape, values }) => {
    forEachTensor([2, 3, 4], (laid) => {
      const { x, values: before } = laid
      const made = intsFor(x)
      const given = tensor(
        values.map((_, i) => (x.dtype === 'bool' ? (i + 1) % 2 : 100 + i)),
        { shape, dtype: x.dtype, backend: x.storage.backend },
      )
      const after = [...before.values]
      values.forEach((position, i) => {
        after[position] = x.dtype === 'bool' ? (i + 1) % 2 : 100 + i
      })
      const out = indexUpdate(x, entries(made.ints), given)
      expect(out.dtype).toBe(x.dtype)
      expectValues(out, { shape: [2, 3, 4], values: after })
      out.dispose()
      expectValues(x, before)
      const index_ = entries(made.ints)
      expectBalanced(() => indexUpdate(x, index_, given))
      made.dispose()
      given.dispose()
    })
  },
)

describe('indexUpdate', () => {
  const x = (): Tensor =>
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])

  test('broadcasts values, and takes numbers', () => {
    expect(indexUpdate(x(), [null, [1]], tensor([[7], [8]])).arraySync()).toEqual([
      [1, 7, 7],
      [4, 8, 8],
    ])
    expect(indexUpdate(x(), [ints([0, 1]), ints([2, 0])], 9).arraySync()).toEqual([
      [1, 2, 9],
      [9, 5, 6],
    ])
    expect(indexUpdate(x(), [], -1).arraySync()).toEqual([
      [-1, -1, -1],
      [-1, -1, -1],
    ])
    expect(indexUpdate(tensor([[5]]), [0, 0], tensor(6)).arraySync()).toEqual([[6]])
    expect(indexUpdate(tensor([[5]]), [0], tensor([6])).arraySync()).toEqual([[6]])
  })

  test('promotes dtypes', () => {
    const whole = tensor([1, 2], { dtype: 'int32' })
    const out = indexUpdate(whole, [0], tensor(0.5))
    expect(out.dtype).toBe('float32')
    expect(out.arraySync()).toEqual([0.5, 2])
    expect(indexUpdate(whole, [0], 7).dtype).toBe('int32')
    expect(indexUpdate(tensor([true, false]), [ints([1])], 1).arraySync()).toEqual([true, true])
  })

  test('lets the last of many values stay', () => {
    const count = 100
    const positions = Array.from({ length: count }, (_, i) => (i * 37) % 11)
    const expected = new Array<number>(13).fill(-1)
    positions.forEach((position, i) => {
      expected[position] = i
    })
    const out = indexUpdate(tensor(new Array(13).fill(-1)), [ints(positions)], arange(count))
    expect(out.arraySync()).toEqual(expected)
  })

  test('writes any value as it is, and lets nothing of what is replaced through', () => {
    const special = tensor([Number.NaN, -0, Infinity])
    expect([...indexUpdate(special, [ints([0, 2])], tensor([-0, 1])).dataSync()]).toEqual([-0, -0, 1])
    expect([...indexUpdate(special, [[0, 1]], tensor([-Infinity])).dataSync()]).toEqual([
      -Infinity,
      -0,
      Infinity,
    ])
    // What is not the last to be written has no influence.
    const twice = indexUpdate(tensor([1]), [ints([0, 0])], tensor([Number.NaN, 2]))
    expect(twice.arraySync()).toEqual([2])
  })

  test('does nothing where nothing is selected', () => {
    expect(indexUpdate(x(), [[1, 1]], 9).arraySync()).toEqual(x().arraySync())
    expect(indexUpdate(x(), [ints([])], 9).arraySync()).toEqual(x().arraySync())
    expect(indexUpdate(zeros([0]), [], 9).shape).toEqual([0])
  })

  test('has gradients of both orders, in the tensor and in the values', async () => {
    const made = (like: Tensor, values: number[]): Tensor =>
      tensor(values, { dtype: 'int32', backend: like.storage.backend })
    await checkBothGradients([[2, 3], [2]], (a, b) => indexUpdate(a!, [null, 1], b!))
    await checkBothGradients([[2, 3], []], (a, b) => indexUpdate(a!, [1, [null, null, -2]], b!))
    await checkBothGradients([[3], [4]], (a, b) => indexUpdate(a!, [made(a!, [2, 0, 2, 2])], b!))
    await checkBothGradients([[2, 3], [3]], (a, b) =>
      indexUpdate(a!, [made(a!, [1, 1, 0]), made(a!, [2, 2, 0])], b!),
    )
    await checkBothGradients(
      [
        [2, 2, 3],
        [2, 1],
      ],
      (a, b) => indexUpdate(a!, [made(a!, [1, 1]), [1], made(a!, [0, 2])], b!),
    )
  })

  test('gives no gradient to values that others replace', () => {
    const positions = ints([0, 0, 1])
    const weigh = (y: Tensor): Tensor => sum(mul(y, tensor([5, 7, 9])))
    const [ga, gb] = grad((a: Tensor, b: Tensor) => weigh(indexUpdate(a, [positions], b)))(
      zeros([3]),
      zeros([3]),
    )
    expect(ga.arraySync()).toEqual([0, 0, 9])
    expect(gb.arraySync()).toEqual([0, 5, 7])
  })
})

test('indexUpdate refuses bad values', () => {
  const x = zeros([2, 3])
  expect(() => indexUpdate(x, [0], tensor([1, 2]))).toThrow(ShapeError)
  expect(() => indexUpdate(x, [null, newAxis, ints([0])], zeros([1, 2, 1, 1]))).toThrow(
    /broadcasts to \[2, 1, 1\]/,
  )
  expect(() => indexUpdate(zeros([2], { dtype: 'uint8' }), [0], 256)).toThrow(DTypeError)
  expect(() => indexUpdate(zeros([2], { dtype: 'int32' }), [0], 0.5)).toThrow(DTypeError)
  expect(() => indexUpdate(x, [0], '1' as never)).toThrow(/values is not a tensor/)
  expect(() => indexUpdate(x, [0], zeros([], { backend: testBackends[1]! }))).toThrow(BackendMismatchError)
})
