import { type ScaledExp, scaledExp } from './exp.ts'
import { constant, type FloatMath, type Vectors } from './vector-math.ts'

/**
 * Φ(−a)·exp(a²/2) for 0 ≤ a ≤ 14.5, where Φ is the normal distribution, as a quotient of polynomials: a minimax fit
 * with a relative error of 6e−9. All coefficients are positive, so nothing cancels.
 */
const numerator = [0.004116193114, 0.04063255668, 0.183233306, 0.4382927159, 0.5]
const denominator = [0.0103176463, 0.1018571626, 0.4694657437, 1.202495918, 1.674470412, 1]

/**
 * gelu(x) = x·Φ(x), to 7 ulp, in the far negative tail too.
 *
 * There Φ(x) is exp(−x²/2) times a slowly varying function. The power of two comes last, as in silu.
 */
export function gelu(m: FloatMath, x: Vectors): Vectors {
  const isNegative = m.lt(x, 0)
  const a = m.pmin(m.abs(x), 16)
  const { factor, scale } = gaussian(m, a, 0.5)
  const unscaled = m.mul(factor, scaledTail(m, a))
  const left = scale(m.mul(m.pmax(x, -16), unscaled))
  const right = m.mul(x, m.sub(1, scale(unscaled)))
  return m.except(m.eq(x, -Infinity), m.select(isNegative, left, right))
}

/** erfc(x) = 2·Φ(−√2·x), to 6 ulp; from 10.1 on, where it is less than half of the smallest float, it is 0. */
export function erfc(m: FloatMath, x: Vectors): Vectors {
  const a = m.pmin(m.abs(x), 10.2)
  const { factor, scale } = gaussian(m, a, 1)
  const tail = scale(m.mul(factor, m.mul(scaledTail(m, m.mul(a, Math.SQRT2)), 2)))
  return m.select(m.lt(x, 0), m.sub(2, tail), tail)
}

/** exp(−times·x²) for x ≥ 0. Rounding x² would cost many digits, so x is split into a head, whose square is exact, and a rest. */
function gaussian(m: FloatMath, x: Vectors, times: 0.5 | 1): ScaledExp {
  const head = m.and(x, constant(m.fn, 'i32x4', 0xfffff000))
  const rest = m.mul(m.mul(m.sub(x, head), m.add(x, head)), -times)
  return scaledExp(m, m.mul(m.mul(head, head), -times), rest)
}

function scaledTail(m: FloatMath, a: Vectors): Vectors {
  return m.div(m.polynomial(a, numerator), m.polynomial(a, denominator))
}
