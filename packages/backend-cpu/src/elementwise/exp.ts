import { constant, type FloatMath, type Vectors, vectorOp, vectorShift } from './vector-math.ts'

/*
 * x = n·ln 2 + r with |r| ≤ ln 2 / 2; exp(x) = 2ⁿ·exp(r). The two parts of ln 2 are those of W. J. Cody and W. Waite,
 * "Software Manual for the Elementary Functions" (1980): products of the first with n are exact.
 */

const ln2High = 0.693359375
const ln2Low = -2.1219444e-4

/** Adding it to a small number rounds that to an integer, which then stands in the low bits of the sum. */
const roundingShift = 12582912

/** (exp(r) − 1 − r) / r² for |r| ≤ ln 2 / 2: a minimax fit with a relative error of exp(r) − 1 of 1.4e−8. */
const coefficients = [0.001388250268, 0.008366646245, 0.04166720435, 0.1666654199, 0.4999999702]

/** x in the form n·ln 2 + r. */
interface Reduced {
  /** Has n + bias in its low bits. */
  readonly rounded: Vectors
  readonly r: Vectors
}

function reduce(m: FloatMath, x: Vectors, bias: number): Reduced {
  const shift = roundingShift + bias
  const rounded = m.madd(x, Math.LOG2E, shift)
  const n = m.sub(rounded, shift)
  return { rounded, r: m.madd(n, -ln2Low, m.madd(n, -ln2High, x)) }
}

/** exp(r) − 1 for a reduced r. */
function expm1OfReduced(m: FloatMath, r: Vectors): Vectors {
  return m.madd(m.polynomial(r, coefficients), m.mul(r, r), r)
}

/** exp(x) as factor · 2ⁿ, where the factor is between 0.7 and 1.5; for −150 ≤ x ≤ 89, to which x is clamped. */
export interface ScaledExp {
  readonly factor: Vectors
  /** value · 2ⁿ in two steps, so that neither is out of range and a subnormal result is rounded once. */
  readonly scale: (value: Vectors) => Vectors
}

/** exp(x + correction), for a correction that is small. */
export function scaledExp(m: FloatMath, x: Vectors, correction?: Vectors): ScaledExp {
  const { fn } = m
  const { rounded, r } = reduce(m, m.pmin(m.pmax(x, -150), 89), 2 * 127)
  const corrected = correction === undefined ? r : m.add(r, correction)
  const half = vectorShift(fn, 'i32x4.shr_u', rounded, 1)
  const first = vectorShift(fn, 'i32x4.shl', half, 23)
  const second = vectorShift(fn, 'i32x4.shl', vectorOp(fn, 'i32x4.sub', rounded, half), 23)
  return {
    factor: m.add(expm1OfReduced(m, corrected), 1),
    scale: (value) => m.mul(m.mul(value, first), second),
  }
}

/** exp(x), to 1 ulp; subnormal results too. */
export function exp(m: FloatMath, x: Vectors): Vectors {
  const { factor, scale } = scaledExp(m, x)
  return scale(factor)
}

/** exp(x) for −87 ≤ x ≤ 88, where 2ⁿ is a normal number. */
export function expWithin(m: FloatMath, x: Vectors): Vectors {
  const { rounded, r } = reduce(m, x, 127)
  const power = vectorShift(m.fn, 'i32x4.shl', rounded, 23)
  return m.mul(m.add(expm1OfReduced(m, r), 1), power)
}

/** exp(x) − 1 for −20 ≤ x ≤ 89: 2ⁿ·(exp(r) − 1) + (2ⁿ − 1), all halved until the end, as 2¹²⁸ is no float. */
export function expm1Within(m: FloatMath, x: Vectors): Vectors {
  const { rounded, r } = reduce(m, x, 126)
  const halfPower = vectorShift(m.fn, 'i32x4.shl', rounded, 23)
  const half = m.madd(halfPower, expm1OfReduced(m, r), m.sub(halfPower, 0.5))
  return m.add(half, half)
}

/** exp(x) − 1, to 2 ulp, near 0 too. */
export function expm1(m: FloatMath, x: Vectors): Vectors {
  const result = expm1Within(m, m.pmin(m.pmax(x, -20), 89))
  return m.or(result, m.signOf(x))
}

/** The sign bits of all lanes set: −|x|. */
export function negativeMagnitude(m: FloatMath, x: Vectors): Vectors {
  return m.or(x, constant(m.fn, m.shape, -0))
}
