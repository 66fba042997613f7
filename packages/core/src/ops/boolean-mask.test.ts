import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { GradientTape } from '../autodiff/gradient-tape.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DTypeError, ShapeError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { arange, ones, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { booleanMask } from './boolean-mask.ts'
import { forEachTensor, indicesOf, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { reshape } from './reshape.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; masked: number[]; axis: number }>([
  { shape: [4], masked: [4], axis: 0 },
  { shape: [2, 3], masked: [2, 3], axis: 0 },
  { shape: [2, 3], masked: [2], axis: 0 },
  { shape: [2, 3], masked: [3], axis: -1 },
  { shape: [2, 3, 2, 2], masked: [3, 2], axis: 1 },
  { shape: [2, 1, 2, 1, 2], masked: [2, 1], axis: 2 },
  { shape: [0, 2], masked: [0], axis: 0 },
  { shape: [2, 0], masked: [2], axis: 0 },
])('takes what plain loops take: $shape where a mask of $masked is true', async ({ shape, masked, axis }) => {
  const first = (axis + shape.length) % shape.length
  const flags = indicesOf(masked).map((_, i) => Number(i % 3 !== 1))
  const kept = indicesOf(masked).filter((_, i) => flags[i] === 1)
  const taken: Promise<void>[] = []
  forEachTensor(shape, ({ x, values }) => {
    const mask = tensor(flags, { shape: masked, dtype: 'bool', backend: x.storage.backend })
    const expected = values.values.filter((_, i) => {
      const index = indicesOf(shape)[i]!.slice(first, first + masked.length)
      return kept.some((k) => k.every((position, d) => position === index[d]))
    })
    taken.push(
      booleanMask(x, mask, { axis }).then((out) => {
        expect(out.dtype).toBe(x.dtype)
        expect(out.shape).toEqual(shape.toSpliced(first, masked.length, kept.length))
        expect([...out.dataSync()]).toEqual(expected)
        for (const t of [out, mask]) t.dispose()
      }),
    )
  })
  await Promise.all(taken)
})

test('takes a mask of any layout, and any value as it is', async () => {
  const x = tensor([
    [Number.NaN, -0],
    [Infinity, 1],
  ])
  const mask = transpose(
    tensor([
      [true, false],
      [true, false],
    ]),
  )
  expect([...(await booleanMask(x, mask)).dataSync()]).toEqual([Number.NaN, -0])
  const none = await booleanMask(x, zeros([2, 2], { dtype: 'bool' }))
  expect(none.shape).toEqual([0])
})

describe('its gradient', () => {
  const mask = (): Tensor => tensor([true, false, true])

  test('goes back to where the elements come from, through an open tape', async () => {
    const x = tensor([1, 2, 3])
    using tape = new GradientTape()
    tape.watch(x)
    const y = await booleanMask(mul(x, 2), mask())
    const loss = sum(square(y))
    expect(tape.gradient(loss, x).arraySync()).toEqual([8, 0, 24])
  })

  test('can be differentiated again', async () => {
    const x = tensor([1, 2, 3])
    using outer = new GradientTape()
    outer.watch(x)
    let slope: Tensor
    {
      using inner = new GradientTape()
      inner.watch(x)
      const y = await booleanMask(x, mask())
      slope = inner.gradient(sum(mul(y, square(y))), x)
    }
    expect(slope.arraySync()).toEqual([3, 0, 27])
    expect(outer.gradient(sum(slope), x).arraySync()).toEqual([6, 0, 18])
  })

  test('reaches variables, which may be assigned while the mask is read', async () => {
    const w = variable([1, 2, 3])
    const tape = new GradientTape()
    const masking = booleanMask(w, mask())
    w.assign([10, 20, 30])
    const y = await masking
    expect(y.arraySync()).toEqual([1, 3])
    expect(tape.gradient(sum(square(y)), w).arraySync()).toEqual([2, 0, 6])
    w.dispose()
  })

  test('is not there where the tape has ended meanwhile', async () => {
    const x = tensor([1, 2, 3])
    const tape = new GradientTape()
    tape.watch(x)
    const masking = booleanMask(x, mask())
    tape.dispose()
    const y = await masking
    expect(y.node).toBeNull()
    expect(y.arraySync()).toEqual([1, 3])
  })

  test('cannot be had inside a synchronous function', () => {
    expect(() => grad((x: Tensor) => booleanMask(x, mask()) as never)(ones([3]))).toThrow(ArgumentError)
    expect(() => grad((x: Tensor) => booleanMask(x, mask()) as never)(ones([3]))).toThrow(
      /returned a Promise/,
    )
  })
})

test('takes the mask as it is at the call', async () => {
  const mask = variable(tensor([true, false]), { trainable: false })
  const masking = booleanMask(tensor([1, 2]), mask)
  mask.assign([false, true])
  expect((await masking).arraySync()).toEqual([1])
  mask.dispose()
})

test('holds the tensor while the mask is read, and no longer', async () => {
  const x = tensor([1, 2])
  const mask = tensor([true, false])
  const before = memory()
  const masking = booleanMask(x, mask)
  x.dispose()
  mask.dispose()
  const y = await masking
  expect(y.arraySync()).toEqual([1])
  y.dispose()
  expect(memory().tensors).toBe(before.tensors - 2)
  expect(memory().storages).toBe(before.storages - 2)
})

test('refuses bad masks and axes', async () => {
  const x = reshape(arange(6), [2, 3])
  const mask = tensor([true, false])
  await expect(booleanMask(x, tensor([1, 0]))).rejects.toThrow(DTypeError)
  await expect(booleanMask(x, tensor([1, 0]))).rejects.toThrow(/^booleanMask: the mask is not of bools/)
  await expect(booleanMask(x, mask, { axis: 1 })).rejects.toThrow(ShapeError)
  await expect(booleanMask(x, tensor(true))).rejects.toThrow(/expected: the first of the sizes \[2, 3\]/)
  await expect(booleanMask(x, tensor([[[true]]]))).rejects.toThrow(ShapeError)
  await expect(booleanMask(x, mask, { axis: 2 })).rejects.toThrow(/^booleanMask: axis is outside/)
  await expect(booleanMask(x, mask, { axsi: 0 } as never)).rejects.toThrow(/unknown option "axsi"/)
  await expect(booleanMask(x, [true] as never)).rejects.toThrow(/mask is not a tensor/)
  const elsewhere = tensor([true, false], { backend: testBackends[1]! })
  await expect(booleanMask(x, elsewhere)).rejects.toThrow(BackendMismatchError)
})
