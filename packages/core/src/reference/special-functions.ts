/*
 * The error function in double precision.
 *
 * Below 0.85 erf is its Maclaurin series, above it is 1 − erfc, which rounds to fewer digits. erfc is a quotient
 * of polynomials times exp(−x²) with the coefficients of W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Mathematics of Computation 23 (1969), https://doi.org/10.1090/S0025-5718-1969-0247736-4.
 */

const twoOverSqrtPi = 1.1283791670955126
const oneOverSqrtPi = 0.5641895835477563

/** The polynomials of erfc(x)·exp(x²) for 0.46875 ≤ x ≤ 4, from the highest power of x down. */
const middleNumerator = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
  2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
  1.23033935479799725e3,
]
const middleDenominator = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
  3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
]

/** The polynomials in 1/x² of the correction to erfc(x)·exp(x²) ≈ 1/(x√π) for x > 4, from the highest power down. */
const tailNumerator = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
]
const tailDenominator = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
  2.33520497626869185e-3,
]

/** erf(x) = 2/√π · ∫₀ˣ exp(−t²) dt, to 2 units in the last place. */
export function erf(x: number): number {
  if (Math.abs(x) < 0.85) return erfSeries(x)
  return x < 0 ? erfc(-x) - 1 : 1 - erfc(x)
}

/** erfc(x) = 1 − erf(x), whose relative accuracy lasts down to the smallest number. */
export function erfc(x: number): number {
  if (x < 0.46875) return 1 - erf(x)
  return scaledErfc(x) * expOfMinusSquare(x, 1)
}

/** x·Φ(x) = x·erfc(−x/√2) / 2, as accurate: the exponential is one of x, whose quotient by √2 would be rounded. */
export function gelu(x: number): number {
  const t = -x * Math.SQRT1_2
  if (t < 0.46875) return 0.5 * x * (1 - erf(t))
  return x === -Infinity ? 0 : 0.5 * x * scaledErfc(t) * expOfMinusSquare(-x, 0.5)
}

/** exp(x²)·erfc(x) for x ≥ 0.46875. */
function scaledErfc(x: number): number {
  return x <= 4 ? polynomial(middleNumerator, x) / polynomial(middleDenominator, x) : tail(x)
}

/** 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), from the smallest term up: for |x| < 0.85 the 20th is below rounding. */
function erfSeries(x: number): number {
  const square = x * x
  let sum = 0
  for (let n = 18; n >= 0; n--) sum = 1 / (2 * n + 1) - (square / (n + 1)) * sum
  return twoOverSqrtPi * (x * sum)
}

function tail(x: number): number {
  const inverse = 1 / (x * x)
  const correction = (inverse * polynomial(tailNumerator, inverse)) / polynomial(tailDenominator, inverse)
  return (oneOverSqrtPi - correction) / x
}

/** exp(−factor·x²): the rounding error of x², which exp would magnify, is kept out by splitting off a short head of x. */
function expOfMinusSquare(x: number, factor: 0.5 | 1): number {
  if (x > 40) return 0
  const head = Math.trunc(x * 16) / 16
  return Math.exp(-factor * head * head) * Math.exp(-factor * (x - head) * (x + head))
}

/** Horner's scheme; coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}
