import { expect, test } from 'vitest'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as ops from './elementwise.ts'
import { gelu } from './gelu.ts'
import { testBackends } from './movement-test-cases.ts'

/*
 * Relative errors of composed functions over all that they are defined for, where 1 − y, a difference of exponentials
 * or a square would lose digits or overflow.
 */

type Range = readonly [least: number, most: number]

interface Row {
  readonly name: string
  readonly op: (x: Tensor) => Tensor
  readonly oracle: (x: number) => number
  /** Magnitudes, of both signs unless `positive`. */
  readonly ranges: { readonly float32: Range; readonly float64: Range }
  readonly positive?: boolean
  /** Added to each magnitude. */
  readonly from?: number
}

const everywhere = { float32: [1e-30, 3e38], float64: [1e-300, 1e308] } as const
const exponents = { float32: [1e-30, 89.4], float64: [1e-300, 710.4] } as const

/** erfc as a continued fraction from the inside out (Abramowitz and Stegun 7.1.14), or 1 minus the series 7.1.6. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x)
  if (x < 0.5) {
    let [term, sum] = [x, x]
    for (let n = 1; n < 100; n++) {
      term *= (2 * x * x) / (2 * n + 1)
      sum += term
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
  }
  let tail = x
  for (let n = 2000; n > 0; n--) tail = x + n / 2 / tail
  return expOfMinusSquare(x) / Math.sqrt(Math.PI) / tail
}

function expOfMinusSquare(x: number): number {
  const head = Math.fround(x)
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head))
}

const rows: readonly Row[] = [
  { name: 'sinh', op: ops.sinh, oracle: Math.sinh, ranges: exponents },
  { name: 'cosh', op: ops.cosh, oracle: Math.cosh, ranges: exponents },
  { name: 'asinh', op: ops.asinh, oracle: Math.asinh, ranges: everywhere },
  { name: 'acosh', op: ops.acosh, oracle: Math.acosh, ranges: everywhere, positive: true, from: 1 },
  {
    name: 'atanh',
    op: ops.atanh,
    oracle: Math.atanh,
    ranges: { float32: [1e-30, 0.999], float64: [1e-300, 0.999] },
  },
  { name: 'erfc', op: ops.erfc, oracle: erfc, ranges: { float32: [0.01, 9.1], float64: [0.01, 26] } },
  {
    name: 'gelu',
    op: gelu,
    // x is a float, but x/√2 is not: its error is kept out as that of a head is.
    oracle: (x) =>
      x < 0
        ? (x / 2) * scaledErfc(-x * Math.SQRT1_2) * expOfMinusHalfSquare(x)
        : x * (1 - erfc(x * Math.SQRT1_2) / 2),
    ranges: { float32: [0.01, 12.5], float64: [0.01, 37] },
  },
]

function scaledErfc(x: number): number {
  return erfc(x) / expOfMinusSquare(x)
}

function expOfMinusHalfSquare(x: number): number {
  const head = Math.fround(x)
  return Math.exp((-head * head) / 2) * Math.exp((-(x - head) * (x + head)) / 2)
}

const count = 2000
const limits = { float32: 8 * 2 ** -24, float64: 24 * 2 ** -53 } as const

test.each(rows)('$name', ({ op, oracle, ranges, positive = false, from = 0 }) => {
  for (const dtype of ['float32', 'float64'] as const) {
    const [low, high] = ranges[dtype].map(Math.log) as [number, number]
    const values = Array.from({ length: count }, (_, i) => {
      const magnitude = from + Math.exp(low + ((high - low) * i) / (count - 1)) * (1 - 1e-9)
      return !positive && i % 2 === 1 ? -magnitude : magnitude
    })
    for (const backend of testBackends) {
      const x = tensor(values, { dtype, backend })
      const held = [...x.dataSync()]
      const results = op(x).dataSync()
      let [worst, at] = [0, 0]
      held.forEach((value, i) => {
        const expected = oracle(value)
        const error = Math.abs(results[i]! - expected) / Math.abs(expected)
        if (!(error <= worst)) [worst, at] = [error, i]
      })
      expect(worst, `${dtype} at ${held[at]}: ${results[at]}`).toBeLessThan(limits[dtype])
    }
  }
})

test('hypot neither overflows nor vanishes', () => {
  for (const backend of testBackends) {
    for (const [dtype, size] of [
      ['float32', 1e38],
      ['float32', 1e-37],
      ['float64', 1e307],
      ['float64', 1e-300],
    ] as const) {
      const [a, b] = [3, 4].map((side) => tensor([(side * size) / 2, (-side * size) / 4], { dtype, backend }))
      const values = ops.hypot(a!, b!).dataSync()
      for (const [i, expected] of [2.5 * size, 1.25 * size].entries()) {
        expect(Math.abs(values[i]! / expected - 1)).toBeLessThan(dtype === 'float32' ? 2e-7 : 4e-16)
      }
    }
  }
})
