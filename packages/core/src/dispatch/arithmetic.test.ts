import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { DTypeError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { ones, tensor } from '../tensor/create.ts'
import { type DType, dtypes, promoteTypes } from '../tensor/dtype.ts'
import { type ArithmeticKind, commonType, runArithmetic } from './arithmetic.ts'

beforeEach(() => setBackend(testBackend()))

/** The dtype in which a tensor of `dtype` meets `other`, in either order. */
function meeting(dtype: DType, other: DType | number, kind: ArithmeticKind): DType {
  const x = ones([1], { dtype })
  const y = typeof other === 'number' ? other : ones([1], { dtype: other })
  const met = commonType('op', x, y, kind)
  expect(commonType('op', y, x, kind)).toBe(met)
  return met
}

describe('two tensors', () => {
  test('meet in the stronger dtype; bools count as int32 in arithmetic', () => {
    for (const a of dtypes) {
      for (const b of dtypes) {
        const stronger = promoteTypes(a, b)
        expect(meeting(a, b, 'any')).toBe(stronger)
        expect(meeting(a, b, 'number')).toBe(stronger === 'bool' ? 'int32' : stronger)
        expect(meeting(a, b, 'float')).toBe(stronger === 'float64' ? 'float64' : 'float32')
      }
    }
  })
})

describe('a number', () => {
  test.each<[DType, number, ArithmeticKind, DType]>([
    ['float32', 2, 'number', 'float32'],
    ['float32', 0.1, 'number', 'float32'],
    ['float64', 1e300, 'number', 'float64'],
    ['int32', 2, 'number', 'int32'],
    ['int32', -(2 ** 31), 'number', 'int32'],
    ['int32', 0.5, 'number', 'float32'],
    ['int32', Number.NaN, 'number', 'float32'],
    ['int32', Infinity, 'number', 'float32'],
    ['uint8', 255, 'number', 'uint8'],
    ['uint8', 0.5, 'number', 'float32'],
    ['bool', 1, 'number', 'int32'],
    ['bool', 0, 'any', 'bool'],
    ['bool', 1, 'any', 'bool'],
    ['bool', 2, 'any', 'int32'],
    ['int32', 2, 'float', 'float32'],
    ['float64', 2, 'float', 'float64'],
  ])('is weak: %s and %d as %s meet in %s', (dtype, number, kind, expected) => {
    expect(meeting(dtype, number, kind)).toBe(expected)
  })

  test('outside the range of an integer tensor is refused', () => {
    for (const [dtype, number] of [
      ['uint8', 256],
      ['uint8', -1],
      ['int32', 2 ** 31],
      ['bool', 2 ** 40],
    ] as const) {
      expect(() => commonType('add', ones([1], { dtype }), number, 'number')).toThrow(DTypeError)
    }
    expect(() => commonType('add', 300, ones([1], { dtype: 'uint8' }), 'number')).toThrow(
      /^add: the number is outside the range of uint8\.\n {2}number: 300\n {2}tensor: "uint8"\n {2}expected: a number from 0 to 255/,
    )
  })
})

test('computes in the common dtype, and leaves no casts behind', () => {
  const a = tensor([1, 2], { dtype: 'int32' })
  const b = tensor([0.5, 0.25])
  const before = memory()
  const sum = runArithmetic('add', a, b, 'number')
  expect(sum.dtype).toBe('float32')
  expect(sum.arraySync()).toEqual([1.5, 2.25])
  const less = runArithmetic('less', 1.5, a, 'any', 'bool')
  expect(less.dtype).toBe('bool')
  expect(less.arraySync()).toEqual([false, true])
  const numbers = runArithmetic('mul', 3, 4, 'number')
  expect(numbers).toMatchObject({ dtype: 'float32', shape: [] })
  expect(numbers.arraySync()).toBe(12)
  for (const x of [sum, less, numbers]) x.dispose()
  expect(memory()).toEqual(before)
})
