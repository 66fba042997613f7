import {
  bitwiseAnd,
  bitwiseOr,
  bitwiseXor,
  cast,
  floorDiv,
  leftShift,
  mod,
  mul,
  pow,
  rightShift,
  setBackend,
  sub,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GpuBackend, gpuBackend } from '../index.ts'

/* Integers are floats on the device. Here with the arithmetic of 32 bits that other devices have, too. */

let backend: GpuBackend

beforeAll(async () => {
  backend = await gpuBackend({ mode: 'webasm' })
  setBackend(backend)
})
afterAll(() => backend.dispose())

const most = 2 ** 24
const count = 20_000

/** Integers of all sizes up to ±2²⁴, the extremes among them. */
function integers(seed: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => {
    if (i < 4) return [most, -most, most - 1, 1 - most][i]!
    const x = Math.sin(seed + i) * 1e4
    return Math.trunc((x - Math.floor(x) - 0.5) * 2 ** ((i % 24) + 1))
  })
}

function expectEach(received: Tensor, f: (i: number) => number): void {
  const values = received.dataSync()
  const wrong = values.findIndex((value, i) => value !== f(i))
  expect(wrong < 0 ? undefined : [wrong, values[wrong], f(wrong)]).toBeUndefined()
}

test('quotients and remainders round down, and 0 divides into 0', () => {
  const [a, b] = [integers(1), integers(2).reverse()]
  b[9] = 0
  const [x, y] = [tensor(a), tensor(b)]
  expectEach(floorDiv(x, y), (i) => (b[i] === 0 ? 0 : Math.floor(a[i]! / b[i]!)))
  expectEach(mod(x, y), (i) => (b[i] === 0 ? 0 : a[i]! - b[i]! * Math.floor(a[i]! / b[i]!)))
})

test('bits are combined as in two’s complement', () => {
  const within = (x: number) => Math.max(1 - most, Math.min(most - 1, x))
  const [a, b] = [integers(3).map(within), integers(4).reverse().map(within)]
  const [x, y] = [tensor(a), tensor(b)]
  expectEach(bitwiseAnd(x, y), (i) => a[i]! & b[i]!)
  expectEach(bitwiseOr(x, y), (i) => a[i]! | b[i]!)
  expectEach(bitwiseXor(x, y), (i) => a[i]! ^ b[i]!)
})

test('shifts wrap, and counts outside of 32 bits move all bits out', () => {
  const a = integers(5)
  const counts = Int32Array.from({ length: count }, (_, i) => (i % 40) - 4)
  const isInside = (i: number) => counts[i]! >= 0 && counts[i]! < 32
  const [x, n] = [tensor(a), tensor(counts)]
  expectEach(leftShift(x, n), (i) => (isInside(i) ? a[i]! << counts[i]! : 0))
  expectEach(rightShift(x, n), (i) => a[i]! >> (isInside(i) ? counts[i]! : 31))
})

test('quotients of floats that round up to whole numbers are rounded down', () => {
  const a = Float32Array.from({ length: count }, (_, i) => ((i % 200) - 100) / 10)
  const b = Float32Array.from({ length: count }, (_, i) => (Math.floor(i / 200) - 50.5) / 10)
  expectEach(floorDiv(tensor(a), tensor(b)), (i) => Math.floor(a[i]! / b[i]!))
})

test('powers are exact', () => {
  const bases = Int32Array.from({ length: 90 }, (_, i) => (i % 9) - 4)
  const exponents = Int32Array.from({ length: 90 }, (_, i) => Math.floor(i / 9) - 2)
  expectEach(pow(tensor(bases), tensor(exponents)), (i) => {
    const [base, exponent] = [bases[i]!, exponents[i]!]
    if (exponent >= 0) return base ** exponent
    return base === 0 ? 0 : Math.trunc(base ** exponent)
  })
})

test('bytes wrap', () => {
  const [a, b] = [
    Uint8Array.from({ length: 65_536 }, (_, i) => i % 256),
    Uint8Array.from({ length: 65_536 }, (_, i) => i >> 8),
  ]
  const [x, y] = [tensor(a), tensor(b)]
  expectEach(mul(x, y), (i) => (a[i]! * b[i]!) % 256)
  expectEach(sub(x, y), (i) => (a[i]! - b[i]! + 256) % 256)
  expectEach(floorDiv(x, y), (i) => (b[i] === 0 ? 0 : Math.floor(a[i]! / b[i]!)))
  expectEach(pow(x, y), (i) => Number(BigInt(a[i]!) ** BigInt(b[i]!) % 256n))
})

test('casts truncate and wrap', () => {
  const values = Float32Array.of(
    1.9,
    -1.9,
    -0.5,
    2 ** 31,
    -(2 ** 31),
    2 ** 32 + 2 ** 12,
    3e38,
    -3e9,
    Number.NaN,
    -Infinity,
  )
  expectEach(cast(tensor(values), 'int32'), (i) => values[i]! | 0)
  expectEach(cast(tensor(values), 'uint8'), (i) => values[i]! & 255)
  const zeros = cast(cast(tensor([-0.5, -0]), 'int32'), 'float32')
  expect(zeros.dataSync()).toEqual(Float32Array.of(0, 0))
})
