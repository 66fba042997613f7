import { exp, negativeMagnitude, scaledExp } from './exp.ts'
import { log1p } from './log.ts'
import type { FloatMath, Vectors } from './vector-math.ts'

/** 1 / (1 + exp(−x)), for negative x as exp(x) / (1 + exp(x)): nothing overflows, and small results keep their digits. */
export function sigmoid(m: FloatMath, x: Vectors): Vectors {
  const e = exp(m, negativeMagnitude(m, x))
  return m.div(m.select(m.lt(x, 0), e, 1), m.add(e, 1))
}

/** x · sigmoid(x); the power of two comes last, so that a subnormal sigmoid does not cost digits of the product. */
export function silu(m: FloatMath, x: Vectors): Vectors {
  const isNegative = m.lt(x, 0)
  const { factor, scale } = scaledExp(m, negativeMagnitude(m, x))
  const bounded = m.pmax(x, -150)
  const numerator = m.select(isNegative, m.mul(bounded, factor), x)
  const quotient = m.div(numerator, m.add(scale(factor), 1))
  return m.except(m.eq(x, -Infinity), m.select(isNegative, scale(quotient), quotient))
}

/** log(1 + exp(x)) as max(x, 0) + log(1 + exp(−|x|)). */
export function softplus(m: FloatMath, x: Vectors): Vectors {
  const positivePart = m.except(m.le(x, 0), x)
  return m.add(positivePart, log1p(m, exp(m, negativeMagnitude(m, x))))
}
