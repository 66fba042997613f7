/** The error function, by its Taylor series for small arguments and by the complement's continued fraction else. */
export function erf(x: number): number {
  if (Number.isNaN(x) || x === 0) return x
  return Math.abs(x) < 2.5 ? series(x) : Math.sign(x) * (1 - fraction(Math.abs(x)))
}

/** 1 − erf(x), accurate also where it is tiny. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x
  if (x < 0) return 2 - erfc(-x)
  return x < 1 ? 1 - series(x) : fraction(x)
}

/** 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), in the form without alternating signs (Abramowitz and Stegun 7.1.6). */
function series(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** erfc as a continued fraction, from the inside out (Abramowitz and Stegun 7.1.14). */
function fraction(x: number): number {
  if (x === Infinity) return 0
  let tail = x
  for (let n = 200; n > 0; n--) tail = x + n / 2 / tail
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail
}
