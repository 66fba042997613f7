import type { FunctionBuilder } from '../assembler/index.ts'
import {
  type FloatMath,
  floatMath,
  type Vectors,
  vectorOp,
  vectorShift,
  vectorShuffle,
} from './vector-math.ts'

/*
 * xʸ = 2^(y·log₂|x|) in double precision, which leaves less than 0.01 ulp of float32 to the approximations. Every
 * float32 is a normal double, and so is every power of two that float32 can hold.
 */

/** log₂((1 + s) / (1 − s)) / s in s², between √½ and √2: a minimax fit with a relative error of 5e−12. */
const logCoefficients = [
  0.340732205009965, 0.411672609988125, 0.577083586709697, 0.961796673332983, 2.88539008179009,
]

/** (2ᵍ − 1) / g for |g| ≤ ½: a minimax fit with a relative error of 2ᵍ of 5e−11. */
const powerCoefficients = [
  1.51961480918617e-5, 0.000154667812415136, 0.00133339352812585, 0.00961803806057494, 0.0555041036551016,
  0.240226510669934, 0.693147180704714,
]

/** Adding it to a small double rounds that to an integer, which then stands in the low bits of the sum. */
const roundingShift = 2 ** 52 + 2 ** 51
const exponentBias = 1023

/** The upper words of √½ and of the exponent's bits as doubles; the lower words are 0. */
const sqrtHalf = 0x3fe6a09e
const exponentBits = 0xfff00000

/** xʸ of float32 with all special cases of IEEE 754, to 0.51 ulp. */
export function pow(m: FloatMath, x: Vectors, y: Vectors): Vectors {
  const { fn } = m
  const magnitude = m.abs(x)
  const upper = (value: Vectors): Vectors => vectorShuffle(fn, [1, 1], value, value)
  const low = powerOfPositive(fn, magnitude, y)
  const high = powerOfPositive(fn, upper(magnitude), upper(y))
  return withSpecialCases(m, x, y, vectorShuffle(fn, [0, 1, 4, 5], low, high))
}

/** The power of the lower two lanes, as the lower two lanes of the result. */
function powerOfPositive(fn: FunctionBuilder, x: Vectors, y: Vectors): Vectors {
  const d = floatMath(fn, 'f64x2')
  const base = vectorOp(fn, 'f64x2.promote_low_f32x4', x)
  const logarithm = log2(d, base)
  const product = d.mul(vectorOp(fn, 'f64x2.promote_low_f32x4', y), logarithm)
  // 1 to an infinite power; beyond ±160 the result is infinite or 0 in any case.
  const exponent = d.pmin(d.pmax(d.except(d.eq(logarithm, 0), product), -160), 160)
  return vectorOp(fn, 'f32x4.demote_f64x2_zero', exp2(d, exponent))
}

/** log₂ of doubles that are not negative. */
function log2(d: FloatMath, x: Vectors): Vectors {
  const { fn } = d
  const upperWords = (word: number): Vectors => [fn.constant('i32x4', 0, word, 0, word)]
  const difference = vectorOp(fn, 'i32x4.sub', x, upperWords(sqrtHalf))
  const mantissa = vectorOp(
    fn,
    'i32x4.sub',
    x,
    vectorOp(fn, 'v128.and', difference, upperWords(exponentBits)),
  )
  const exponents = vectorShift(fn, 'i32x4.shr_s', difference, 20)
  const e = vectorOp(fn, 'f64x2.convert_low_i32x4_s', vectorShuffle(fn, [1, 3, 1, 3], exponents, exponents))
  const s = d.div(d.sub(mantissa, 1), d.add(mantissa, 1))
  const finite = d.madd(s, d.polynomial(d.mul(s, s), logCoefficients), e)
  const bounded = d.select(d.lt(x, Infinity), finite, x)
  return d.select(d.eq(x, 0), -Infinity, bounded)
}

/** 2ˣ for |x| ≤ 1000. */
function exp2(d: FloatMath, x: Vectors): Vectors {
  const rounded = d.add(x, roundingShift + exponentBias)
  const g = d.sub(x, d.sub(rounded, roundingShift + exponentBias))
  const power = vectorShift(d.fn, 'i64x2.shl', rounded, 52)
  return d.mul(d.madd(g, d.polynomial(g, powerCoefficients), 1), power)
}

/** From |x|ʸ to xʸ. */
function withSpecialCases(m: FloatMath, x: Vectors, y: Vectors, power: Vectors): Vectors {
  const half = m.mul(y, 0.5)
  const isFraction = m.ne(m.floor(y), y)
  // Twice an odd number is no multiple of 4; of a fraction this says nothing.
  const isOdd = m.ne(m.floor(half), half)
  const sign = m.except(isFraction, m.only(isOdd, m.signOf(x)))
  const isFiniteNegative = m.and(m.lt(x, 0), m.gt(x, -Infinity))
  const isUndefined = m.and(isFiniteNegative, isFraction)
  const isNotANumber = m.or(isUndefined, m.or(m.ne(x, x), m.ne(y, y)))
  const result = m.select(isNotANumber, Number.NaN, m.or(power, sign))
  return m.select(m.or(m.eq(y, 0), m.eq(x, 1)), 1, result)
}
