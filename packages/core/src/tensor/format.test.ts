import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { reshape } from '../ops/reshape.ts'
import { transpose } from '../ops/transpose.ts'
import { referenceBackend } from '../reference/index.ts'
import { arange, scalar, tensor, zeros } from './create.ts'

beforeEach(() => setBackend(referenceBackend()))

test('prints values in columns, points below each other', () => {
  expect(
    String(
      tensor([
        [1, -2.5],
        [10.25, 0],
      ]),
    ),
  ).toBe('Tensor float32[2, 2]\n[[ 1.   -2.5 ]\n [10.25  0.  ]]')
})

test('prints scalars, integers and booleans', () => {
  expect(String(scalar(1.5))).toBe('Tensor float32[]\n1.5')
  expect(String(tensor([1, -20], { dtype: 'int32' }))).toBe('Tensor int32[2]\n[  1 -20]')
  expect(String(tensor([true, false]))).toBe('Tensor bool[2]\n[ true false]')
})

test('prints what is not a number, and signed zeros', () => {
  expect(String(tensor([Number.NaN, Infinity, -Infinity, -0, 1]))).toBe(
    'Tensor float32[5]\n[ nan  inf -inf  -0.   1.]',
  )
})

test('turns to exponents where sizes lie far apart', () => {
  expect(String(tensor(new Float64Array([1e-7, 1])))).toBe('Tensor float64[2]\n[1.0000e-7 1.0000e+0]')
})

test('shortens long axes and leaves lines between blocks', () => {
  expect(String(arange(2000, { dtype: 'int32' }))).toBe(
    'Tensor int32[2000]\n[   0    1    2 ... 1997 1998 1999]',
  )
  expect(String(reshape(arange(8, { dtype: 'int32' }), [2, 2, 2]))).toBe(
    'Tensor int32[2, 2, 2]\n[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]',
  )
})

test('prints views in their own order, and empty tensors', async () => {
  expect(
    await transpose(
      tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: 'int32' },
      ),
    ).format(),
  ).toBe('Tensor int32[2, 2]\n[[1 3]\n [2 4]]')
  expect(String(zeros([0, 3]))).toBe('Tensor float32[0, 3]\n[]')
})

test('says when a tensor is disposed', () => {
  const x = scalar(1)
  x.dispose()
  expect(String(x)).toBe('Tensor float32[] (disposed)')
})

test('prints many dimensions, none of them long enough to be shortened', () => {
  const text = String(zeros([6, 6, 6, 6, 6, 6, 6]))
  expect(text.match(/0\./g)).toHaveLength(6 ** 7)
})

test('shortens every axis of its own length', () => {
  expect(String(reshape(arange(1400, { dtype: 'int32' }), [2, 700]))).toBe(
    'Tensor int32[2, 700]\n[[   0    1    2 ...  697  698  699]\n [ 700  701  702 ... 1397 1398 1399]]',
  )
  expect(String(reshape(arange(1400, { dtype: 'int32' }), [700, 2])).split('\n')).toEqual([
    'Tensor int32[700, 2]',
    '[[   0    1]',
    ' [   2    3]',
    ' [   4    5]',
    ' ...',
    ' [1394 1395]',
    ' [1396 1397]',
    ' [1398 1399]]',
  ])
})

test('prints what console.log prints', () => {
  const inspect = (tensor([1]) as unknown as Record<symbol, () => string>)[
    Symbol.for('nodejs.util.inspect.custom')
  ]
  expect(inspect?.call(tensor([1, 2]))).toBe('Tensor float32[2]\n[1. 2.]')
})

test('prints the shape alone where values cannot be read at once', async () => {
  setBackend(testBackend({ readsAtOnce: false }))
  const x = tensor([1, 2])
  expect(String(x)).toBe('Tensor float32[2]')
  expect(await x.format()).toBe('Tensor float32[2]\n[1. 2.]')
})
