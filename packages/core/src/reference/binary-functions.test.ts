import { expect, test } from 'vitest'
import { type BinaryOp, optionalBinaryOps, requiredBinaryOps } from '../backend/opcodes.ts'
import { binaryFunction } from './binary-functions.ts'

const { NaN: nan } = Number
const largest = 2 ** 31 - 1
const smallest = -(2 ** 31)

function table(op: BinaryOp, values: readonly number[]): number[][] {
  const f = binaryFunction(op, 'float64')
  return values.map((a) => values.map((b) => f(a, b)))
}

test.each([...requiredBinaryOps, ...optionalBinaryOps])('%s exists for every dtype', (op) => {
  for (const dtype of ['bool', 'uint8', 'int32', 'float32', 'float64'] as const) {
    expect(binaryFunction(op, dtype)).toBeTypeOf('function')
  }
})

test('mod of floats is that of NumPy', () => {
  // Rows are dividends, columns divisors; from NumPy 2.4.
  expect(table('mod', [-Infinity, -7.5, -2, -0, 0, 3, 7.5, Infinity, nan])).toEqual([
    [nan, nan, nan, nan, nan, nan, nan, nan, nan],
    [-7.5, -0, -1.5, nan, nan, 1.5, 0, Infinity, nan],
    [-2, -2, -0, nan, nan, 1, 5.5, Infinity, nan],
    [-0, -0, -0, nan, nan, 0, 0, 0, nan],
    [-0, -0, -0, nan, nan, 0, 0, 0, nan],
    [-Infinity, -4.5, -1, nan, nan, 0, 3, 3, nan],
    [-Infinity, -0, -0.5, nan, nan, 1.5, 0, 7.5, nan],
    [nan, nan, nan, nan, nan, nan, nan, nan, nan],
    [nan, nan, nan, nan, nan, nan, nan, nan, nan],
  ])
})

test('floorDiv of floats is that of NumPy', () => {
  // Rows are dividends, columns divisors; from NumPy 2.4.
  expect(table('floorDiv', [-Infinity, -7.5, -2, -0, 0, 3, 7.5, Infinity, nan])).toEqual([
    [nan, nan, nan, Infinity, -Infinity, nan, nan, nan, nan],
    [0, 1, 3, Infinity, -Infinity, -3, -1, -1, nan],
    [0, 0, 1, Infinity, -Infinity, -1, -1, -1, nan],
    [0, 0, 0, nan, nan, -0, -0, -0, nan],
    [-0, -0, -0, nan, nan, 0, 0, 0, nan],
    [-1, -1, -2, -Infinity, Infinity, 1, 0, 0, nan],
    [-1, -1, -4, -Infinity, Infinity, 2, 1, 0, nan],
    [nan, nan, nan, -Infinity, Infinity, nan, nan, nan, nan],
    [nan, nan, nan, nan, nan, nan, nan, nan, nan],
  ])
})

test('floorDiv of floats is exact where the quotient rounds up to a whole number', () => {
  const f = binaryFunction('floorDiv', 'float64')
  expect([f(1, 0.1), f(-1, 0.1), f(1, -0.1), f(-1, -0.1), f(6, 0.1), f(0.3, 0.1), f(-0.3, 0.1)]).toEqual([
    9, -10, -10, 9, 59, 2, -3,
  ])
  expect([f(7, 2), f(-7, 2), f(1e300, 3e-5), f(2 ** 53, 3), f(5e-324, 2)]).toEqual([
    3,
    -4,
    1e300 / 3e-5,
    Math.floor(2 ** 53 / 3),
    0,
  ])
})

test('pow of floats is that of IEEE 754', () => {
  // Rows are bases, columns exponents; from NumPy 2.4.
  expect(table('pow', [-Infinity, -2, -1, -0, 0, 1, 3, Infinity, nan])).toEqual([
    [0, 0, -0, 1, 1, -Infinity, -Infinity, Infinity, nan],
    [0, 0.25, -0.5, 1, 1, -2, -8, Infinity, nan],
    [1, 1, -1, 1, 1, -1, -1, 1, nan],
    [Infinity, Infinity, -Infinity, 1, 1, -0, -0, 0, nan],
    [Infinity, Infinity, Infinity, 1, 1, 0, 0, 0, nan],
    [1, 1, 1, 1, 1, 1, 1, 1, 1],
    [0, 1 / 9, 1 / 3, 1, 1, 3, 27, Infinity, nan],
    [0, 0, 0, 1, 1, Infinity, Infinity, Infinity, nan],
    [nan, nan, nan, 1, 1, nan, nan, nan, nan],
  ])
  expect(binaryFunction('pow', 'float64')(-8, 1 / 3)).toBeNaN()
})

test('maximum and minimum keep NaN and order the zeros', () => {
  const maximum = binaryFunction('maximum', 'float32')
  const minimum = binaryFunction('minimum', 'float32')
  expect([maximum(nan, 1), maximum(1, nan), minimum(nan, 1), minimum(1, nan)]).toEqual([nan, nan, nan, nan])
  expect([maximum(-0, 0), maximum(0, -0), minimum(-0, 0), minimum(0, -0)]).toEqual([0, 0, -0, -0])
  expect([maximum(-Infinity, 3), minimum(-Infinity, 3)]).toEqual([3, -Infinity])
})

test('comparisons with NaN are false, except notEqual', () => {
  const [equal, notEqual, less, lessEqual] = (['equal', 'notEqual', 'less', 'lessEqual'] as const).map((op) =>
    table(op, [-0, 0, 1, nan]),
  )
  expect(equal).toEqual([
    [1, 1, 0, 0],
    [1, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 0],
  ])
  expect(notEqual).toEqual([
    [0, 0, 1, 1],
    [0, 0, 1, 1],
    [1, 1, 0, 1],
    [1, 1, 1, 1],
  ])
  expect(less).toEqual([
    [0, 0, 1, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ])
  expect(lessEqual).toEqual([
    [1, 1, 1, 0],
    [1, 1, 1, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 0],
  ])
})

test('logical functions', () => {
  expect(table('logicalAnd', [0, 1])).toEqual([
    [0, 0],
    [0, 1],
  ])
  expect(table('logicalOr', [0, 1])).toEqual([
    [0, 1],
    [1, 1],
  ])
})

test('atan2 knows the quadrants and the signs of zeros', () => {
  const f = binaryFunction('atan2', 'float64')
  const quarter = Math.PI / 4
  expect([f(1, 1), f(1, -1), f(-1, -1), f(-1, 1)]).toEqual([quarter, 3 * quarter, -3 * quarter, -quarter])
  expect([f(0, 0), f(-0, 0), f(0, -0), f(-0, -0)]).toEqual([0, -0, Math.PI, -Math.PI])
  expect([f(Infinity, -Infinity), f(nan, 1)]).toEqual([3 * quarter, nan])
})

test('gradients take the incoming gradient first', () => {
  const reluGrad = binaryFunction('reluGrad', 'float32')
  expect([reluGrad(5, 2), reluGrad(5, 0), reluGrad(5, -1), reluGrad(5, nan)]).toEqual([5, 0, 0, 0])
  expect(binaryFunction('tanhGrad', 'float32')(4, 0.5)).toBe(3)
  expect(binaryFunction('sigmoidGrad', 'float32')(4, 0.25)).toBe(0.75)
})

test('sums and products of integers wrap', () => {
  expect(binaryFunction('add', 'int32')(largest, 1)).toBe(smallest)
  expect(binaryFunction('sub', 'int32')(smallest, 1)).toBe(largest)
  // 123456789 · 987654321 = 121932631112635269, whose lowest 32 bits are −67153019 as an int32.
  expect(binaryFunction('mul', 'int32')(123456789, 987654321)).toBe(-67153019)
})

test('floorDiv and mod of integers round toward minus infinity and survive 0', () => {
  const floorDiv = binaryFunction('floorDiv', 'int32')
  const mod = binaryFunction('mod', 'int32')
  const pairs = [
    [7, 2],
    [-7, 2],
    [7, -2],
    [-7, -2],
    [6, 3],
    [5, 0],
    [0, 0],
    [smallest, largest],
    [largest, smallest],
  ] as const
  expect(pairs.map(([a, b]) => floorDiv(a, b))).toEqual([3, -4, -4, 3, 2, 0, 0, -2, -1])
  expect(pairs.map(([a, b]) => mod(a, b) | 0)).toEqual([1, 1, -1, -1, 0, 0, 0, largest - 1, -1])
})

test('integer powers are exact modulo 2³²', () => {
  const pow = binaryFunction('pow', 'int32')
  expect([pow(3, 4), pow(-3, 3), pow(0, 0), pow(7, 0), pow(2, 31), pow(2, 32)]).toEqual([
    81,
    -27,
    1,
    1,
    smallest,
    0,
  ])
  // 7²¹ = 558545864083284007: more digits than a double has.
  expect(pow(7, 21)).toBe(Number(BigInt.asIntN(32, 7n ** 21n)))
  expect(pow(-1, largest)).toBe(-1)
  const negative = [pow(2, -1), pow(1, -5), pow(-1, -3), pow(-1, -4), pow(0, -1), pow(-1, smallest)]
  expect(negative).toEqual([0, 1, -1, 1, 0, 1])
})

test('functions of bits are those of 32-bit integers in two’s complement', () => {
  const f = (op: BinaryOp) => binaryFunction(op, 'int32')
  expect([f('bitwiseAnd')(-2, 7), f('bitwiseOr')(-8, 5), f('bitwiseXor')(-1, 5)]).toEqual([6, -3, -6])
  expect([0, 1, 31, 32, 33, -1].map((count) => f('leftShift')(-3, count))).toEqual([
    -3,
    -6,
    smallest,
    0,
    0,
    0,
  ])
  expect([0, 1, 31, 32, -1].map((count) => f('rightShift')(-3, count))).toEqual([-3, -2, -1, -1, -1])
  expect([0, 1, 31, 32, -1].map((count) => f('rightShift')(largest, count))).toEqual([
    largest,
    2 ** 30 - 1,
    0,
    0,
    0,
  ])
})
