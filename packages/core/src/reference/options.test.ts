import { expect, test } from 'vitest'
import {
  optionalBinaryOps,
  optionalUnaryOps,
  requiredBinaryOps,
  requiredUnaryOps,
} from '../backend/opcodes.ts'
import { ArgumentError, UnsupportedError } from '../errors/index.ts'
import { type ReferenceOptions, referenceBackend } from './index.ts'
import { contents, input, output } from './test-views.ts'

test('can do everything by default', () => {
  const { caps, name, kernels } = referenceBackend()
  expect(name).toBe('reference')
  expect([...kernels.keys()]).toEqual([])
  expect(caps.unary).toEqual(new Set([...requiredUnaryOps, ...optionalUnaryOps]))
  expect(caps.binary).toEqual(new Set([...requiredBinaryOps, ...optionalBinaryOps]))
  expect(caps.dtypes).toEqual(new Set(['bool', 'uint8', 'int32', 'float32', 'float64']))
  const flags = { strided: true, specialValues: true, checksIndices: true, deterministic: true }
  expect(caps).toMatchObject({ ...flags, maxRank: 64, maxLength: 2 ** 31 - 1, maxInt: 2 ** 31 - 1 })
})

const minimum: ReferenceOptions = {
  unary: requiredUnaryOps,
  binary: requiredBinaryOps,
  dtypes: ['float32', 'int32', 'bool'],
  strided: false,
  maxRank: 4,
  maxLength: 100,
  maxInt: 2 ** 24,
  checksIndices: false,
}

test('says what options take away', () => {
  const { caps } = referenceBackend(minimum)
  expect(caps.unary).toEqual(new Set(requiredUnaryOps))
  expect(caps.binary).toEqual(new Set(requiredBinaryOps))
  expect(caps.dtypes).toEqual(new Set(['float32', 'int32', 'bool']))
  expect(caps).toMatchObject({
    strided: false,
    maxRank: 4,
    maxLength: 100,
    maxInt: 2 ** 24,
    checksIndices: false,
  })
})

test('the smallest device still computes', () => {
  const backend = referenceBackend(minimum)
  const out = output(backend, 'float32', [2])
  backend.binary('add', input(backend, 'float32', [9, 1, 2], { shape: [2], offset: 1 }), 1, out)
  expect(contents(out)).toEqual([2, 3])
})

test('functions that it does not have throw', () => {
  const backend = referenceBackend(minimum)
  const x = input(backend, 'float32', [1, 2])
  const out = output(backend, 'float32', [2])
  expect(() => backend.unary('gelu', x, out)).toThrow('internal: gelu is not among the capabilities')
  expect(() => backend.binary('reluGrad', x, x, out)).toThrow(
    'internal: reluGrad is not among the capabilities',
  )
})

test('a contiguous-only backend throws for strided views everywhere but in fill and copy', () => {
  const backend = referenceBackend({ strided: false })
  const flipped = { shape: [3], strides: [-1], offset: 2 }
  const x = input(backend, 'float32', [1, 2, 3], flipped)
  const bools = input(backend, 'bool', [1, 0, 1], flipped)
  const indices = input(backend, 'int32', [0, 0, 0], flipped)
  const matrices = input(backend, 'float32', [1, 2, 3, 4], { shape: [1, 2, 2], strides: [4, 1, 2] })
  const whole = input(backend, 'float32', [1, 2, 3])
  const out = output(backend, 'float32', [3])
  const one = output(backend, 'float32', [1])
  const product = output(backend, 'float32', [1, 2, 2])
  const message = 'the backend only takes contiguous views'
  expect(() => backend.unary('neg', x, out)).toThrow('internal: neg got shape [3] with strides [-1]')
  expect(() => backend.binary('add', 1, x, out)).toThrow(message)
  expect(() => backend.select(bools, 1, whole, out)).toThrow(message)
  expect(() => backend.reduce('sum', x, 0, one)).toThrow(message)
  expect(() => backend.argReduce('max', x, 0, one)).toThrow(message)
  expect(() => backend.matmul(matrices, matrices, product)).toThrow(message)
  expect(() => backend.gather(whole, indices, 0, out)).toThrow(message)
  expect(() => backend.scatterAdd(indices, whole, 0, out)).toThrow(message)
  backend.copy(x, out)
  expect(contents(out)).toEqual([3, 2, 1])
  backend.fill(x, 5)
  expect(contents(x)).toEqual([5, 5, 5])
})

test('strides of dimensions of size 1 do not make a view strided', () => {
  const backend = referenceBackend({ strided: false })
  const out = output(backend, 'float32', [1, 2])
  backend.unary('neg', input(backend, 'float32', [1, 2], { shape: [1, 2], strides: [0, 1] }), out)
  expect(contents(out)).toEqual([-1, -2])
})

test('throws beyond maxRank', () => {
  const backend = referenceBackend({ maxRank: 4 })
  const x = input(backend, 'float32', [1], { shape: [1, 1, 1, 1, 1] })
  const out = output(backend, 'float32', [1, 1, 1, 1, 1])
  expect(() => backend.unary('neg', x, out)).toThrow('internal: neg got rank 5, and maxRank is 4')
  expect(() => backend.copy(x, out)).toThrow('internal: copy got rank 5')
  expect(() => backend.fill(out, 0)).toThrow('internal: fill got rank 5')
})

test('refuses storages that it cannot hold', () => {
  const backend = referenceBackend(minimum)
  expect(() => backend.alloc('float64', 1)).toThrow(UnsupportedError)
  expect(() => backend.alloc('float64', 1)).toThrow('expected: one of float32, int32, bool')
  expect(() => backend.alloc('float32', 101)).toThrow(UnsupportedError)
  expect(backend.alloc('float32', 100)).toHaveLength(100)
})

const wrongOptions: readonly (readonly [string, unknown, string])[] = [
  ['an unknown option', { maxrank: 4 }, 'the option maxrank is unknown'],
  ['something else than options', null, 'the options are not an object'],
  ['missing functions', { unary: ['exp'] }, 'the option unary is incomplete'],
  ['an unknown function', { binary: [...requiredBinaryOps, 'hypot'] }, 'the option binary is unknown'],
  ['a missing dtype', { dtypes: ['float32', 'bool'] }, 'the option dtypes is incomplete'],
  ['something else than a set', { dtypes: 3 }, 'the option dtypes is not an array or a set'],
  ['too small a rank', { maxRank: 3 }, 'the option maxRank is out of range'],
  ['a fraction', { maxLength: 1.5 }, 'the option maxLength is out of range'],
  ['too large an integer', { maxInt: 2 ** 31 }, 'the option maxInt is out of range'],
  ['a flag that is none', { strided: 'no' }, 'the option strided is not a boolean'],
]

test.each(wrongOptions)('refuses %s', (_, options, message) => {
  const make = () => referenceBackend(options as ReferenceOptions)
  expect(make).toThrow(ArgumentError)
  expect(make).toThrow(message)
})
