import { beforeEach, describe, expect, test } from 'vitest'
import type { Input } from '../autodiff/node.ts'
import { setBackend } from '../backend/current.ts'
import { requiredBinaryOps, requiredUnaryOps } from '../backend/opcodes.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  ShapeError,
} from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as ops from './elementwise.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** Composes everything as for a device whose integers are floats. */
const ofFloats = referenceBackend({
  unary: requiredUnaryOps,
  binary: requiredBinaryOps,
  maxInt: 2 ** 24,
})
const backends = [...testBackends, ofFloats]

const least = -(2 ** 31)
const most = 2 ** 31 - 1
const interesting = [0, 1, -1, 2, -2, 5, 63, 64, -64, -65, 255, 4095, 4096, 65_535, -65_536, 1_234_567]
const large = [2 ** 24, -(2 ** 24), 2 ** 30 - 1, -(2 ** 30), 0x5555_5555, -0x2aaa_aaab, most, least]

const cases = [
  { name: 'bitwiseAnd', op: ops.bitwiseAnd, f: (a: number, b: number) => a & b },
  { name: 'bitwiseOr', op: ops.bitwiseOr, f: (a: number, b: number) => a | b },
  { name: 'bitwiseXor', op: ops.bitwiseXor, f: (a: number, b: number) => a ^ b },
]

const int = (values: readonly number[], backend = testBackends[0]!): Tensor =>
  tensor([...values], { dtype: 'int32', backend })

describe.each(cases)('$name', ({ op, f }) => {
  test('combines the bits of all pairs of int32', () => {
    for (const backend of backends) {
      const values = backend === ofFloats ? interesting : [...interesting, ...large]
      const x = int(values, backend)
      const rows = tensor(Int32Array.from(values), { shape: [values.length, 1], backend })
      const out = op(rows, x)
      expect(out.dtype).toBe('int32')
      expect(out.arraySync()).toEqual(values.map((a) => values.map((b) => f(a, b))))
      expectBalanced(() => op(rows, x))
    }
  })

  test('combines bytes, bools and numbers', () => {
    for (const backend of backends) {
      const bytes = tensor(Uint8Array.of(0, 7, 200, 255), { backend })
      const bools = tensor([true, false, true, false], { backend })
      const integers = int([-1, 300, 4, 1], backend)
      const pairs = [
        [bytes, tensor(Uint8Array.of(255, 12, 77, 128), { backend }), 'uint8'],
        [bytes, integers, 'int32'],
        [bytes, bools, 'uint8'],
        [bools, tensor([true, true, false, false], { backend }), 'bool'],
        [bools, integers, 'int32'],
        [bytes, 9, 'uint8'],
        [9, integers, 'int32'],
        [bools, 1, 'bool'],
        [bools, 6, 'int32'],
      ] as const
      for (const [a, b, dtype] of pairs) {
        const values = (x: Input): number[] => (typeof x === 'number' ? [x, x, x, x] : [...x.dataSync()])
        const [p, q] = [values(a), values(b)]
        const out = op(a, b)
        expect(out.dtype).toBe(dtype)
        expect([...out.dataSync()]).toEqual(p.map((x, i) => f(x, q[i]!)))
      }
    }
    expect([...op(6, 3).dataSync()]).toEqual([f(6, 3)])
    expect(op(6, 3).dtype).toBe('int32')
  })
})

test('bitwiseNot reverses every bit', () => {
  for (const backend of backends) {
    expect([...ops.bitwiseNot(int([0, 5, -1, most, least], backend)).dataSync()]).toEqual([
      -1,
      -6,
      0,
      least,
      most,
    ])
    const bytes = ops.bitwiseNot(tensor(Uint8Array.of(0, 1, 255), { backend }))
    expect([bytes.dtype, ...bytes.dataSync()]).toEqual(['uint8', 255, 254, 0])
    const bools = ops.bitwiseNot(tensor([true, false], { backend }))
    expect([bools.dtype, ...bools.dataSync()]).toEqual(['bool', 0, 1])
  }
})

test('shifts multiply and divide by powers of two; counts outside of the bits move all out', () => {
  const counts = [0, 1, 7, 8, 30, 31, 32, 33, 64, 300, -1, -32]
  for (const backend of testBackends) {
    for (const value of [1, 3, -1, -5, most, least]) {
      const [x, n] = [int([value], backend), int(counts, backend)]
      const isInside = (count: number): boolean => count >= 0 && count < 32
      const left = counts.map((count) => (isInside(count) ? value << count : 0))
      const right = counts.map((count) => value >> (isInside(count) ? count : 31))
      expect([...ops.leftShift(x, n).dataSync()]).toEqual(left)
      expect([...ops.rightShift(x, n).dataSync()]).toEqual(right)
      expect([...ops.leftShift(value, n).dataSync()]).toEqual(left)
      expectBalanced(() => [ops.leftShift(x, n), ops.rightShift(x, n), ops.rightShift(value, n)])
    }
    const bytes = tensor(Uint8Array.of(1, 129, 255), { backend })
    const by = (count: number) => tensor(Uint8Array.of(count), { backend })
    for (const count of [0, 1, 7, 8, 31, 32, 255]) {
      expect([...ops.leftShift(bytes, by(count)).dataSync()]).toEqual(
        [1, 129, 255].map((x) => (count < 8 ? (x << count) & 255 : 0)),
      )
      expect([...ops.rightShift(bytes, by(count)).dataSync()]).toEqual(
        [1, 129, 255].map((x) => (count < 8 ? x >> count : 0)),
      )
    }
    expect(ops.leftShift(bytes, 1).dtype).toBe('uint8')
    expect(ops.leftShift(tensor([true], { backend }), 3).dtype).toBe('int32')
  }
  expect([...ops.leftShift(3, 2).dataSync()]).toEqual([12])
})

test('empty tensors and such without dimensions', () => {
  for (const backend of backends) {
    for (const op of [ops.bitwiseAnd, ops.bitwiseXor, ops.leftShift, ops.rightShift]) {
      expect(op(tensor([], { dtype: 'int32', shape: [0, 3], backend }), int([1], backend)).shape).toEqual([
        0, 3,
      ])
      const one = tensor([3], { dtype: 'int32', shape: [], backend })
      expect(op(one, one).shape).toEqual([])
    }
  }
})

test('views and six dimensions', () => {
  for (const backend of backends) {
    const values = Array.from({ length: 64 }, (_, i) => i * 37 - 900)
    const x = tensor(Int32Array.from(values), { shape: [2, 2, 2, 2, 2, 2], backend })
    const reversed = ops.bitwiseXor(x, x)
    expect([...reversed.dataSync()]).toEqual(values.map(() => 0))
    expect([...ops.bitwiseAnd(x, 60).dataSync()]).toEqual(values.map((value) => value & 60))
  }
})

describe.each([...cases.map(({ op }) => op), ops.leftShift, ops.rightShift])('%o', (op) => {
  test('refuses floats, numbers out of range and shapes that do not broadcast', () => {
    expect(() => op(tensor([1]), int([1]))).toThrow(DTypeError)
    expect(() => op(tensor([1]), int([1]))).toThrow(/the bits of floats cannot be computed with/)
    expect(() => op(int([1]), 1.5)).toThrow(DTypeError)
    expect(() => op(int([1]), 2 ** 31)).toThrow(/outside the range of int32/)
    expect(() => op(0.5, 2)).toThrow(DTypeError)
    expect(() => op(2 ** 40, 2)).toThrow(DTypeError)
    expect(() => op(tensor(Uint8Array.of(1)), -1)).toThrow(DTypeError)
    expect(() => op(int([1, 2]), int([1, 2, 3]))).toThrow(ShapeError)
    expect(() => op(int([1]), int([1], testBackends[1]))).toThrow(BackendMismatchError)
    expect(() => op('1' as never, int([1]))).toThrow(ArgumentError)
    const gone = int([1])
    gone.dispose()
    expect(() => op(gone, 1)).toThrow(DisposedError)
  })
})

test('bitwiseNot refuses floats and what is no tensor', () => {
  expect(() => ops.bitwiseNot(tensor([1]))).toThrow(DTypeError)
  expect(() => ops.bitwiseNot(5 as never)).toThrow(ArgumentError)
  expect(() => ops.bitwiseNot(undefined as never)).toThrow(/x is not a tensor/)
})
