import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { GradientTape } from '../autodiff/gradient-tape.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { sum } from './sum.ts'
import { take } from './take.ts'
import { transpose } from './transpose.ts'
import { unique } from './unique.ts'

beforeEach(() => setBackend(testBackends[0]!))

const everything = { returnIndex: true, returnInverse: true, returnCounts: true } as const

test('finds what NumPy finds', async () => {
  const x = tensor([
    [3, 1, 3],
    [2, 1, Number.NaN],
    [Number.NaN, -0, 0],
  ])
  const { values, index, inverse, counts } = await unique(x, everything)
  expect([...values.dataSync()]).toEqual([-0, 1, 2, 3, Number.NaN])
  expect(index.arraySync()).toEqual([7, 1, 3, 0, 5])
  expect(inverse.arraySync()).toEqual([
    [3, 1, 3],
    [2, 1, 4],
    [4, 0, 0],
  ])
  expect(counts.arraySync()).toEqual([2, 2, 1, 2, 2])
})

describe.each(testBackends.map((backend) => ({ backend })))('on a backend', ({ backend }) => {
  const rows = (): Tensor => {
    const columns = tensor(
      [
        [2, 1, 2, 1],
        [1, 1, 1, 0],
        [2, 1, 2, 1],
      ],
      { dtype: 'int32', backend },
    )
    return transpose(columns)
  }

  test('finds rows', async () => {
    const { values, index, inverse, counts } = await unique(rows(), { axis: 0, ...everything })
    expect(values.arraySync()).toEqual([
      [1, 0, 1],
      [1, 1, 1],
      [2, 1, 2],
    ])
    expect(index.arraySync()).toEqual([3, 1, 0])
    expect(inverse.arraySync()).toEqual([2, 1, 2, 0])
    expect(counts.arraySync()).toEqual([1, 1, 2])
  })

  test('finds columns', async () => {
    const { values, index, inverse, counts } = await unique(rows(), { axis: -1, ...everything })
    expect(values.arraySync()).toEqual([
      [1, 2],
      [1, 1],
      [1, 2],
      [0, 1],
    ])
    expect(index.arraySync()).toEqual([1, 0])
    expect(inverse.arraySync()).toEqual([1, 0, 1])
    expect(counts.arraySync()).toEqual([1, 2])
  })

  test('compares NaN and zeros in slices as it does alone', async () => {
    const x = tensor(
      [
        [Number.NaN, 0],
        [1, 2],
        [Number.NaN, -0],
      ],
      { backend },
    )
    const { values, counts } = await unique(x, { axis: 0, returnCounts: true })
    expect([...values.dataSync()]).toEqual([1, 2, Number.NaN, 0])
    expect(counts.arraySync()).toEqual([1, 2])
  })

  test.each(dtypes)('keeps the dtype %s', async (dtype) => {
    const x = tensor([1, 0, 1], { dtype, backend })
    const { values } = await unique(x)
    expect(values.dtype).toBe(dtype)
    expect([...values.dataSync()]).toEqual([0, 1])
  })
})

test('takes scalars and tensors without elements', async () => {
  const one = await unique(tensor(4), everything)
  expect(one.values.arraySync()).toEqual([4])
  expect(one.inverse.shape).toEqual([])
  const none = await unique(zeros([0, 3]), everything)
  expect(none.values.shape).toEqual([0])
  expect(none.inverse.shape).toEqual([0, 3])
  expect(none.counts.shape).toEqual([0])
  expect((await unique(zeros([0, 3]), { axis: 0 })).values.shape).toEqual([0, 3])
  // Slices without elements are all equal.
  expect((await unique(zeros([3, 0]), { axis: 0 })).values.shape).toEqual([1, 0])
})

test('returns what was asked for, and says so in its types', async () => {
  const x = tensor([1, 1])
  const plain = await unique(x)
  expect(Object.keys(plain)).toEqual(['values'])
  expectTypeOf(plain.values).toEqualTypeOf<Tensor<'float32'>>()
  expectTypeOf(plain.counts).toEqualTypeOf<undefined>()
  const counted = await unique(x, { returnCounts: true, returnIndex: false })
  expect(Object.keys(counted)).toEqual(['values', 'counts'])
  expectTypeOf(counted.counts).toEqualTypeOf<Tensor<'int32'>>()
  expectTypeOf(counted.index).toEqualTypeOf<undefined>()
  const maybe = await unique(x, { returnInverse: Boolean(x.size) })
  expectTypeOf(maybe.inverse).toEqualTypeOf<Tensor<'int32'> | undefined>()
})

test('what it returns makes the tensor again', async () => {
  const x = tensor([5, 2, 5, 9, 2], { dtype: 'uint8' })
  const { values, index, inverse } = await unique(x, everything)
  expect(take(x, index).arraySync()).toEqual(values.arraySync())
  expect(take(values, inverse).arraySync()).toEqual(x.arraySync())
})

test('the gradient goes to the first of equal elements', async () => {
  const x = tensor([3, 1, 3])
  using tape = new GradientTape()
  tape.watch(x)
  const { values } = await unique(x)
  const loss = sum(mul(values, tensor([10, 20])))
  expect(tape.gradient(loss, x).arraySync()).toEqual([20, 10, 0])
})

test('refuses bad axes and options', async () => {
  const x = zeros([2, 3])
  await expect(unique(x, { axis: 2 })).rejects.toThrow(ShapeError)
  await expect(unique(tensor(1), { axis: 0 })).rejects.toThrow(/^unique: axis is outside/)
  await expect(unique(x, { returnCounts: 1 as never })).rejects.toThrow(ArgumentError)
  await expect(unique(x, { counts: true } as never)).rejects.toThrow(/^unique: unknown option "counts"/)
  await expect(unique([1] as never)).rejects.toThrow(/^unique: x is not a tensor/)
})
