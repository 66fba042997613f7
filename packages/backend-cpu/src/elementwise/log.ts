import { type FloatMath, type Term, type Vectors, vectorOp, vectorShift } from './vector-math.ts'

/*
 * x = 2ᵉ·(1 + f) with 1 + f between √½ and √2; log x = e·ln 2 + log(1 + f). The two parts of ln 2 are those of Cody
 * and Waite, as in exp.ts.
 */
const ln2High = 0.693359375
const ln2Low = -2.1219444e-4

const leastNormal = 2 ** -126

/** The bits of √½. */
const sqrtHalfBits = 0x3f3504f3

/** (log(1 + f) − f + f²/2) / f³: a minimax fit with a relative error of log(1 + f) of 6e−9. */
const coefficients = [
  -0.07634479553, 0.1276156008, -0.1316018105, 0.1420176029, -0.1662335843, 0.2000122666, -0.2500081956,
  0.3333333135,
]

/** A positive normal number as its exponent, an integer, and its mantissa between √½ and √2. */
function split(m: FloatMath, x: Vectors): { exponent: Vectors; mantissa: Vectors } {
  const { fn } = m
  const exponent = vectorShift(fn, 'i32x4.shr_s', vectorOp(fn, 'i32x4.sub', x, sqrtHalfBits), 23)
  return {
    exponent,
    mantissa: vectorOp(fn, 'i32x4.sub', x, vectorShift(fn, 'i32x4.shl', exponent, 23)),
  }
}

/** e·ln 2 + log(1 + f) + correction, the small terms first. */
function combine(m: FloatMath, e: Vectors, f: Vectors, correction?: Vectors): Vectors {
  const square = m.mul(f, f)
  const cubicTerms = m.mul(m.mul(m.polynomial(f, coefficients), f), square)
  const withLow = m.madd(e, ln2Low, cubicTerms)
  const tail = m.madd(square, -0.5, correction === undefined ? withLow : m.add(withLow, correction))
  return m.madd(e, ln2High, m.add(f, tail))
}

/** The limits of the logarithm of `argument`; `x` is returned where it is infinite or not a number. */
function withLimits(m: FloatMath, x: Vectors, pole: Term, result: Vectors): Vectors {
  const finite = m.select(m.lt(x, Infinity), result, x)
  const inDomain = m.select(m.ge(x, pole), finite, Number.NaN)
  return m.select(m.eq(x, pole), -Infinity, inDomain)
}

/** log(x), to 1 ulp; of subnormal numbers too. */
export function log(m: FloatMath, x: Vectors): Vectors {
  const isSmall = m.lt(x, leastNormal)
  const { exponent, mantissa } = split(m, m.select(isSmall, m.mul(x, 2 ** 23), x))
  const converted = vectorOp(m.fn, 'f32x4.convert_i32x4_s', exponent)
  const e = m.sub(converted, m.only(isSmall, 23))
  return withLimits(m, x, 0, combine(m, e, m.sub(mantissa, 1)))
}

/**
 * log(1 + x), to 2 ulp, near 0 too: what rounding lost in u = 1 + x comes back as a correction of its first order,
 * (x − (u − 1)) / u. Where u is near 1, f is x itself.
 */
export function log1p(m: FloatMath, x: Vectors): Vectors {
  const { fn } = m
  const u = m.add(x, 1)
  const { exponent, mantissa } = split(m, u)
  const isNear = vectorOp(fn, 'i32x4.eq', exponent, 0)
  const f = m.select(isNear, x, m.sub(mantissa, 1))
  const lost = m.except(isNear, m.div(m.sub(x, m.sub(u, 1)), u))
  const result = combine(m, vectorOp(fn, 'f32x4.convert_i32x4_s', exponent), f, lost)
  // Below this, x is the nearest float; and −0 keeps its sign.
  const isTiny = m.lt(m.abs(x), 2 ** -25)
  return m.select(isTiny, x, withLimits(m, x, -1, result))
}
