/** The error function, its complement and the Gaussian error linear unit. */
export const errorFunction: Readonly<Record<string, string>> = {
  // exp(−factor·x²) for x ≥ 0; the square of the head is exact.
  gaussian: `function gaussian(x, factor, inf) {
    const head = below(x * 16) / 16;
    return exponential(-factor * head * head, inf) * exponential(-factor * (x - head) * (x + head), inf);
  }`,

  // exp(t²)·erfc(t) for t ≥ 0.47: the rational functions of W. J. Cody (Mathematics of Computation 23, 1969).
  scaledErrorTail: `function scaledErrorTail(t) {
    if (t > 4) {
      const w = 1 / (t * t);
      const above = 0.000658749161530 + w * (0.0160837851 + w * (0.125781726 + w * (0.360344900 + w * (0.305326634 + w * 0.0163153871))));
      const under = 0.00233520498 + w * (0.0605183413 + w * (0.527905103 + w * (1.87295285 + w * (2.56852019 + w))));
      return (0.564189584 - w * above / under) / t;
    }
    const p = 1230.33935 + t * (2051.07838 + t * (1712.04761 + t * (881.952221 + t * (298.635138 + t * (66.1191906 + t * (8.88314979 + t * (0.564188497 + t * 0.0000000215311535)))))));
    const q = 1230.33935 + t * (3439.36767 + t * (4362.61909 + t * (3290.79924 + t * (1621.38957 + t * (537.181102 + t * (117.693951 + t * (15.7449261 + t)))))));
    return p / q;
  }`,

  complementaryError: `function complementaryError(x, inf) {
    if (isNaN1(x) > 0) { return x; }
    const t = Math.abs(x);
    if (t < 0.5) { return 1 - errorFunction(x, inf); }
    let y = 0;
    if (t < 10.2) { y = scaledErrorTail(t) * gaussian(t, 1, inf); }
    if (x < 0) { return 2 - y; }
    return y;
  }`,

  // 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)) below 1, 1 − erfc above.
  errorFunction: `function errorFunction(x, inf) {
    if (x == 0) { return x; }
    const t = Math.abs(x);
    if (t < 1) {
      const z = x * x;
      return 1.12837917 * x * (1 - z * (0.333333333 - z * (0.1 - z * (0.0238095238 - z * (0.00462962963 - z * (0.000757575758 - z * (0.000106837607 - z * (0.0000132275132 - z * (0.00000145891690 - z * (0.000000145038522 - z * 0.0000000131225329))))))))));
    }
    if (isNaN1(x) > 0) { return x; }
    let y = 1;
    if (t < 4) { y = 1 - scaledErrorTail(t) * gaussian(t, 1, inf); }
    if (x < 0) { return -y; }
    return y;
  }`,

  // x·erfc(−x/√2) / 2; the exponential is one of x, whose quotient by √2 would be rounded.
  gaussianUnit: `function gaussianUnit(x, inf) {
    if (isNaN1(x) > 0) { return x; }
    const t = -x * 0.707106781;
    if (t < 0.5) { return 0.5 * x * (1 - errorFunction(t, inf)); }
    if (t > 10.2) { return 0; }
    return 0.5 * x * scaledErrorTail(t) * gaussian(-x, 0.5, inf);
  }`,
}
