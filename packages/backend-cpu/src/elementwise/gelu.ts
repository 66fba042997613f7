import { scaledExp } from './exp.ts'
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
 * There Φ(x) is exp(−x²/2) times a slowly varying function. Rounding x² would cost many digits of the exponential, so
 * x is split into a head, whose square is exact, and a rest. The power of two comes last, as in silu.
 */
export function gelu(m: FloatMath, x: Vectors): Vectors {
  const isNegative = m.lt(x, 0)
  const a = m.pmin(m.abs(x), 16)
  const head = m.and(a, constant(m.fn, 'i32x4', 0xfffff000))
  const rest = m.mul(m.mul(m.sub(a, head), m.add(a, head)), -0.5)
  const { factor, scale } = scaledExp(m, m.mul(m.mul(head, head), -0.5), rest)
  const quotient = m.div(m.polynomial(a, numerator), m.polynomial(a, denominator))
  const unscaled = m.mul(factor, quotient)
  const left = scale(m.mul(m.pmax(x, -16), unscaled))
  const right = m.mul(x, m.sub(1, scale(unscaled)))
  return m.except(m.eq(x, -Infinity), m.select(isNegative, left, right))
}
