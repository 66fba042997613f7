/** Exponentials, logarithms, and what is made of them. */
export const exponentials: Readonly<Record<string, string>> = {
  // eˣ = 2ᵏ·eʳ with |r| ≤ ln 2 / 2; ln 2 in two parts, so that r is exact to rounding.
  exponential: `function exponential(x, inf) {
    if (x > 88.73) { return inf; }
    if (x < -104) { return 0; }
    const k = below(x * 1.44269504 + 0.5);
    const r = x - k * 0.693359375 + k * 0.000212194440;
    const p = 1 + r + r * r * (0.5 + r * (0.166666667 + r * (0.0416666667 + r * (0.00833333333 + r * (0.00138888889 + r * 0.000198412698)))));
    if (k > 0) { return p * 2 * power2(k - 1); }
    return scaled(p, k);
  }`,

  exponentialMinus1: `function exponentialMinus1(x, inf) {
    if (x == 0) { return x; }
    if (x > -0.5 && x < 0.5) {
      return x + x * x * (0.5 + x * (0.166666667 + x * (0.0416666667 + x * (0.00833333333 + x * (0.00138888889 + x * (0.000198412698 + x * (0.0000248015873 + x * 0.00000275573192)))))));
    }
    return exponential(x, inf) - 1;
  }`,

  // log(1 + f) for f from −0.3 to 0.42: with s = f / (2 + f) it is 2·atanh(s) = f − (f²/2 − s·(f²/2 + R)).
  logarithmNear1: `function logarithmNear1(f) {
    if (f == 0) { return f; }
    const s = f / (2 + f);
    const z = s * s;
    const r = z * (0.666666667 + z * (0.4 + z * (0.285714286 + z * (0.222222222 + z * 0.181818182))));
    const half = 0.5 * f * f;
    return f - (half - s * (half + r));
  }`,

  // log(x) = k·ln 2 + log(m) with m = x / 2ᵏ between √½ and √2; a driver's log2 is good enough to find k.
  logarithm: `function logarithm(x, nan, inf) {
    if (isNaN1(x) > 0) { return x; }
    if (x < 0) { return nan; }
    if (x == 0) { return -inf; }
    if (x >= inf) { return x; }
    const k = below(Math.log2(x) + 0.5);
    const m = scaled(x, -k);
    return k * 0.693359375 + (logarithmNear1(m - 1) - k * 0.000212194440);
  }`,

  logarithmOf1Plus: `function logarithmOf1Plus(x, nan, inf) {
    if (x > -0.29 && x < 0.41) { return logarithmNear1(x); }
    return logarithm(1 + x, nan, inf);
  }`,

  // tanh |x| = e / (e + 2) with e = exp(2|x|) − 1.
  hyperbolicTangent: `function hyperbolicTangent(x, inf) {
    if (x == 0) { return x; }
    if (x > 10) { return 1; }
    if (x < -10) { return -1; }
    const e = exponentialMinus1(2 * Math.abs(x), inf);
    const t = e / (e + 2);
    if (x < 0) { return -t; }
    return t;
  }`,

  logistic: `function logistic(x, inf) { return 1 / (1 + exponential(-x, inf)); }`,
}
