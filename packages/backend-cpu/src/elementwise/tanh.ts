import { expm1Within } from './exp.ts'
import type { FloatMath, Vectors } from './vector-math.ts'

/** tanh(x) = (exp(2|x|) − 1) / (exp(2|x|) + 1) with the sign of x, to 3 ulp; from |x| = 10 on it is ±1. */
export function tanh(m: FloatMath, x: Vectors): Vectors {
  const magnitude = m.abs(x)
  const e = expm1Within(m, m.pmin(m.add(magnitude, magnitude), 20))
  return m.or(m.div(e, m.add(e, 2)), m.signOf(x))
}
