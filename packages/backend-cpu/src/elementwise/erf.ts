import { expWithin } from './exp.ts'
import type { FloatMath, Vectors } from './vector-math.ts'

/** erf(x) / x − 1 as a polynomial in x² for |x| ≤ 0.9: a minimax fit with a relative error of 1.2e−8. */
const nearCoefficients = [
  -0.0006090363022, 0.005011963192, -0.02677890845, 0.1128214076, -0.3761252463, 0.1283791512,
]

/** log(1 − erf(x)) for 0.9 ≤ x ≤ 4: a fit with a relative error of erf(x) of 1.7e−9. */
const farCoefficients = [
  0.000198218404, -0.003065478988, 0.02231517248, -0.1041136011, -0.6369761825, -1.127797246,
  -0.0001664582378,
]

/** erf(x), to 2 ulp; from |x| = 4 on it is ±1. */
export function erf(m: FloatMath, x: Vectors): Vectors {
  const magnitude = m.abs(x)
  const near = m.madd(x, m.polynomial(m.mul(x, x), nearCoefficients), x)
  const complement = expWithin(m, m.polynomial(m.pmin(magnitude, 4), farCoefficients))
  const far = m.or(m.sub(1, complement), m.signOf(x))
  return m.select(m.lt(magnitude, 0.9), near, far)
}
