import { expect, test } from 'vitest'
import type { BinaryOp, UnaryOp } from '../backend/opcodes.ts'
import { OutOfMemoryError } from '../errors/index.ts'
import { allocateData, type DType, dtypes } from '../tensor/dtype.ts'
import { Storage } from '../tensor/storage.ts'
import { referenceBackend } from './index.ts'
import { contents, input, output, viewOf } from './test-views.ts'

const backend = referenceBackend()
const { NaN: nan } = Number
const largest = 2 ** 31 - 1

// Memory.

test.each(dtypes)('writes and reads copies of %s', async (dtype) => {
  const storage = new Storage(backend, dtype, 3)
  const data = allocateData(dtype, 3)
  data.set([1, 0, 1])
  backend.write(storage, data)
  data.fill(0)
  const read = await backend.read(storage)
  expect(read).toStrictEqual(backend.readSync(storage))
  expect(read.constructor).toBe(data.constructor)
  expect([...read]).toEqual([1, 0, 1])
  read.fill(0)
  expect(contents(viewOf(storage))).toEqual([1, 0, 1])
})

test('free lets go of the memory', () => {
  const storage = new Storage(backend, 'float32', 1000)
  storage.release()
  expect(storage.handle).toHaveLength(0)
})

test('an allocation that fails is a typed error', () => {
  // Every engine refuses this length, whatever memory there is.
  expect(() => backend.alloc('float64', -1)).toThrow(OutOfMemoryError)
})

// fill and copy.

test('fills a region and leaves the rest', () => {
  const x = input(backend, 'int32', [0, 1, 2, 3, 4, 5, 6, 7, 8])
  backend.fill(viewOf(x.storage, { shape: [2, 2], strides: [3, 1], offset: 4 }), -1)
  expect(contents(x)).toEqual([0, 1, 2, 3, -1, -1, 6, -1, -1])
})

test.each([
  ['bool', 5, 1],
  ['uint8', 255, 255],
  ['int32', -(2 ** 31), -(2 ** 31)],
  ['float32', 0.1, Math.fround(0.1)],
  ['float64', -0, -0],
  ['float32', nan, nan],
] as const)('fills %s with %d', (dtype, value, stored) => {
  const out = output(backend, dtype, [2])
  backend.fill(out, value)
  expect(contents(out)).toEqual([stored, stored])
})

test('copies a flipped view into a region', () => {
  const x = input(backend, 'float32', [1, 2, 3, 4], { shape: [2, 2], strides: [-2, -1], offset: 3 })
  const whole = output(backend, 'float32', [3, 3])
  backend.copy(x, viewOf(whole.storage, { shape: [2, 2], strides: [1, 3], offset: 1 }))
  expect(contents(whole)).toEqual([99, 4, 2, 99, 3, 1, 99, 99, 99])
})

test('copies scalars and six dimensions', () => {
  const scalar = output(backend, 'float64', [])
  backend.copy(input(backend, 'float64', [1, 2, 3], { shape: [], offset: 2 }), scalar)
  expect(contents(scalar)).toEqual([3])
  const reversed = { shape: [1, 2, 1, 2, 2, 1], strides: [0, 1, 7, 2, 4, 9] }
  const out = output(backend, 'uint8', reversed.shape)
  backend.copy(input(backend, 'uint8', [0, 1, 2, 3, 4, 5, 6, 7], reversed), out)
  expect(contents(out)).toEqual([0, 4, 2, 6, 1, 5, 3, 7])
})

const casts: readonly (readonly [
  from: DType,
  to: DType,
  values: readonly number[],
  expected: readonly number[],
])[] = [
  ['float64', 'int32', [2.9, -2.9, 2 ** 31, nan, -Infinity], [2, -2, -(2 ** 31), 0, 0]],
  ['float32', 'uint8', [2.9, -1, 256.5, nan, Infinity], [2, 255, 0, 0, 0]],
  ['float32', 'bool', [0, -0, 0.5, nan, -3], [0, 0, 1, 1, 1]],
  ['float64', 'float32', [0.1, 1e39, -0], [Math.fround(0.1), Infinity, -0]],
  ['float32', 'float64', [0.1], [Math.fround(0.1)]],
  ['int32', 'uint8', [-1, 256, 300], [255, 0, 44]],
  ['int32', 'bool', [256, 0, -1], [1, 0, 1]],
  ['int32', 'float32', [2 ** 24 + 1], [2 ** 24]],
  ['uint8', 'int32', [255], [255]],
  ['bool', 'float64', [1, 0], [1, 0]],
]

test.each(casts)('casts %s to %s', (from, to, values, expected) => {
  const out = output(backend, to, [values.length])
  backend.copy(input(backend, from, values), out)
  expect(contents(out)).toEqual(expected)
})

// unary, binary and select.

const unaryCases: readonly (readonly [UnaryOp, DType, readonly number[], readonly number[]])[] = [
  ['neg', 'int32', [1, -(2 ** 31), 0], [-1, -(2 ** 31), 0]],
  ['neg', 'uint8', [1, 0, 255], [255, 0, 1]],
  ['abs', 'int32', [-5, -(2 ** 31)], [5, -(2 ** 31)]],
  ['exp', 'float32', [1, nan, -Infinity], [Math.fround(Math.E), nan, 0]],
  ['exp', 'float64', [1], [Math.E]],
  ['reciprocal', 'float32', [3, -0], [Math.fround(1 / 3), -Infinity]],
]

test.each(unaryCases)('%s of %s', (op, dtype, values, expected) => {
  const out = output(backend, dtype, [values.length])
  backend.unary(op, input(backend, dtype, values), out)
  expect(contents(out)).toEqual(expected)
})

test('unary functions read strided views', () => {
  const out = output(backend, 'float32', [2, 3])
  const x = input(backend, 'float32', [9, 1, 2, 3], { shape: [2, 3], strides: [0, -1], offset: 3 })
  backend.unary('neg', x, out)
  expect(contents(out)).toEqual([-3, -2, -1, -3, -2, -1])
})

test('binary functions read broadcast views of different layouts', () => {
  const column = input(backend, 'float64', [10, 20], { shape: [2, 3], strides: [1, 0] })
  const row = input(backend, 'float64', [0, 1, 2, 3], { shape: [2, 3], strides: [0, 1], offset: 1 })
  const out = output(backend, 'float64', [2, 3])
  backend.binary('sub', column, row, out)
  expect(contents(out)).toEqual([9, 8, 7, 19, 18, 17])
})

const binaryCases: readonly (readonly [BinaryOp, DType, number, number, number])[] = [
  ['add', 'uint8', 250, 10, 4],
  ['sub', 'uint8', 3, 5, 254],
  ['mul', 'uint8', 20, 20, 144],
  ['pow', 'uint8', 3, 6, 217],
  ['floorDiv', 'uint8', 7, 0, 0],
  ['mod', 'uint8', 200, 7, 4],
  ['add', 'int32', largest, 1, -(2 ** 31)],
  ['floorDiv', 'int32', -(2 ** 31), -1, -(2 ** 31)],
  ['mod', 'int32', -(2 ** 31), -1, 0],
  ['div', 'float32', 1, 3, Math.fround(1 / 3)],
  ['add', 'float32', 2 ** 24, 1, 2 ** 24],
  ['div', 'float64', 1, 3, 1 / 3],
  ['maximum', 'uint8', 3, 5, 5],
  ['minimum', 'bool', 1, 0, 0],
  ['logicalAnd', 'bool', 1, 1, 1],
  ['logicalOr', 'bool', 0, 0, 0],
]

test.each(binaryCases)('%s of %s %d and %d', (op, dtype, a, b, expected) => {
  const out = output(backend, dtype, [1])
  const [left, right] = [input(backend, dtype, [a]), input(backend, dtype, [b])]
  for (const [x, y] of [
    [left, right],
    [a, right],
    [left, b],
  ] as const) {
    backend.fill(out, 0)
    backend.binary(op, x, y, out)
    expect(contents(out)).toEqual([expected])
  }
})

test.each(dtypes)('comparisons of %s give bool', (dtype) => {
  const out = output(backend, 'bool', [2])
  const x = input(backend, dtype, [0, 1])
  for (const [op, expected] of [
    ['equal', [0, 1]],
    ['notEqual', [1, 0]],
    ['less', [1, 0]],
    ['lessEqual', [1, 1]],
  ] as const) {
    backend.binary(op, x, 1, out)
    expect(contents(out)).toEqual(expected)
  }
})

test('a number is rounded to the dtype of the other argument', () => {
  const x = input(backend, 'float32', [0.1])
  const out = output(backend, 'bool', [1])
  backend.binary('equal', x, 0.1, out)
  expect(contents(out)).toEqual([1])
  const difference = output(backend, 'float32', [1])
  backend.binary('sub', 0.1, x, difference)
  expect(contents(difference)).toEqual([0])
})

test.each(dtypes)('select of %s', (dtype) => {
  const condition = input(backend, 'bool', [1, 0], { shape: [2, 2], strides: [1, 0] })
  const a = input(backend, dtype, [0, 1], { shape: [2, 2], strides: [0, -1], offset: 1 })
  const out = output(backend, dtype, [2, 2])
  backend.select(condition, a, 1, out)
  expect(contents(out)).toEqual([1, 0, 1, 1])
  backend.select(condition, 0, a, out)
  expect(contents(out)).toEqual([0, 0, 1, 0])
  backend.select(condition, 1, 0, out)
  expect(contents(out)).toEqual([1, 1, 0, 0])
})

test('the branch that select does not take has no influence', () => {
  const out = output(backend, 'float32', [2])
  const condition = input(backend, 'bool', [1, 0])
  backend.select(condition, input(backend, 'float32', [-0, nan]), input(backend, 'float32', [nan, 0.1]), out)
  expect(contents(out)).toEqual([-0, Math.fround(0.1)])
  backend.select(condition, nan, 0.1, out)
  expect(contents(out)).toEqual([nan, Math.fround(0.1)])
})
