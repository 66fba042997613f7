import { acosh, asinh, atanh, cosh, erfc, sinh } from '@tapegrad/core'
import { between, type Domain, manyMagnitudes, mixture, real } from '../generators/numbers.ts'
import type { CaseFactory } from '../kit/case.ts'
import { composed, float } from './elementwise-unary.ts'

/** Where the functions begin, and where those of float32 end, just below 89.42. */
const exponents = mixture(real, manyMagnitudes(1e-6, 89.4), between(80, 89.4))
const sizes = manyMagnitudes(1e-6, 1e30)
const aboveOne: Domain = (next, i) => 1 + Math.abs(sizes(next, i))

export const hyperbolicCases = (): readonly CaseFactory[] => [
  composed('sinh', sinh, (x) => Math.sinh(x), { values: exponents }),
  composed('cosh', cosh, (x) => Math.cosh(x), { values: exponents }),
  composed('asinh', asinh, (x) => Math.asinh(x), { values: mixture(real, sizes) }),
  composed('acosh', acosh, (x) => Math.acosh(x), {
    values: mixture(aboveOne, between(1, 4)),
    gradient: between(1.3, 4),
  }),
  composed('atanh', atanh, (x) => Math.atanh(x), {
    values: mixture(between(-0.99, 0.99), manyMagnitudes(1e-6, 1)),
    gradient: between(-0.8, 0.8),
  }),
  float('erfc', erfc, { values: mixture(real, between(-1, 9.1), manyMagnitudes(1e-6, 9.1)) }),
]
