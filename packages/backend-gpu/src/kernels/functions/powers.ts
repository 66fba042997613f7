/** Powers of floats. */
export const powers: Readonly<Record<string, string>> = {
  // aᵇ for finite a > 0 as 2^(b·log2 a): b·log2 a is summed from parts of which the large ones are exact.
  positivePower: `function positivePower(a, b, inf) {
    const k = below(Math.log2(a) + 0.5);
    const fraction = logarithmNear1(scaled(a, -k) - 1) * 1.44269504;
    const estimate = b * (k + fraction);
    if (estimate > 130) { return inf; }
    if (estimate < -150) { return 0; }
    const n = below(estimate + 0.5);
    const whole = below(b);
    const head = below((b - whole) * 4096) * 0.000244140625;
    const tail = b - whole - head;
    const r = 0.693147181 * ((whole * k - n) + head * k + (tail * k + b * fraction));
    const p = 1 + r + r * r * (0.5 + r * (0.166666667 + r * (0.0416666667 + r * (0.00833333333 + r * (0.00138888889 + r * 0.000198412698)))));
    if (n > 0) { return p * 2 * scaled(1, n - 1); }
    return scaled(p, n);
  }`,

  // IEEE 754's power, for every base and exponent.
  power: `function power(a, b, nan, inf) {
    if (b == 0 || a == 1) { return 1; }
    if (isNaN1(a) > 0 || isNaN1(b) > 0) { return nan; }
    const size = Math.abs(a);
    if (Math.abs(b) >= inf) {
      if (size == 1) { return 1; }
      if (size > 1) { if (b > 0) { return inf; } }
      if (size < 1) { if (b < 0) { return inf; } }
      return 0;
    }
    const isWhole = below(b) == b ? 1 : 0;
    const isOdd = (isWhole > 0 && b - 2 * below(b * 0.5) > 0.5) ? 1 : 0;
    let result = 0;
    if (size == 0 || size >= inf) {
      if (size == 0) { if (b < 0) { result = inf; } }
      if (size > 0) { if (b > 0) { result = inf; } }
    } else {
      if (a < 0) { if (isWhole < 1) { return nan; } }
      result = positivePower(size, b, inf);
    }
    if (isOdd > 0) { if (signBit(a) > 0) { return -result; } }
    return result;
  }`,
}
