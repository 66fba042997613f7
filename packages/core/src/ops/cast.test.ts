import { beforeEach, expect, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, UnsupportedError } from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import { type DType, dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { checkValues, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each(dtypes)('to %s takes every dtype', (to) => {
  for (const from of dtypes) {
    const out = cast(tensor([0, 1, 200], { dtype: from }), to)
    expect(out.dtype).toBe(to)
    expect([...out.dataSync()]).toEqual(from === 'bool' || to === 'bool' ? [0, 1, 1] : [0, 1, 200])
  }
})

test.each<[DType, number[], number[]]>([
  ['int32', [1.7, -1.7, 0.5, -0.5, Number.NaN, 2 ** 31, Infinity], [1, -1, 0, 0, 0, -(2 ** 31), 0]],
  ['uint8', [255.9, 256, -1, Number.NaN], [255, 0, 255, 0]],
  ['bool', [0, -0, 0.1, -3, Number.NaN, Infinity], [0, 0, 1, 1, 1, 1]],
  ['float32', [0.1, 1e39, Number.NaN], [Math.fround(0.1), Infinity, Number.NaN]],
])('to %s of %j gives %j', (to, from, expected) => {
  expect([...cast(tensor(from, { dtype: 'float64' }), to).dataSync()]).toEqual(expected)
})

test('to the same dtype is another handle on the same storage', () => {
  const x = ones([2])
  const y = cast(x, 'float32')
  expect(y).not.toBe(x)
  expect(y.storage).toBe(x.storage)
  checkValues(
    [2, 3],
    (t) => cast(t, t.dtype),
    (t) => t,
  )
})

test('lets gradients through between floats, in the dtype of the argument', async () => {
  const g = grad((x: Tensor) => sum(mul(cast(square(x), 'float64'), 3)))(tensor([1, 2]))
  expect(g).toMatchObject({ dtype: 'float32' })
  expect(g.arraySync()).toEqual([6, 12])
  const x = tensor([0.5, -1.5], { dtype: 'float64' })
  await checkGradients((t) => square(cast(t!, 'float64')), [x], { order: 2 })
})

test('has a gradient of zero by way of integers, which are steps', () => {
  expect(grad((x: Tensor) => sum(mul(cast(x, 'int32'), x)))(tensor([1.5, 2.5])).arraySync()).toEqual([1, 2])
})

test('refuses dtypes that do not exist or that the backend lacks', () => {
  expect(() => cast(ones([2]), 'half' as never)).toThrow(DTypeError)
  expect(() => cast(ones([2]), undefined as never)).toThrow(/^cast: unknown dtype/)
  expect(() => cast(3 as never, 'int32')).toThrow(ArgumentError)
  setBackend(referenceBackend({ dtypes: ['float32', 'int32', 'bool'] }))
  expect(() => cast(ones([2]), 'float64')).toThrow(UnsupportedError)
})
