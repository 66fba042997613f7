/** What others are made of. */
export const basics: Readonly<Record<string, string>> = {
  isNaN1: `function isNaN1(x) { return (x < 0 || x >= 0) ? 0 : 1; }`,

  below: `function below(x) { return Math.floor(x); }`,

  // 1 for negative numbers and −0, whose reciprocal is −∞.
  signBit: `function signBit(x) {
    if (x < 0) { return 1; }
    if (x == 0) { if (1 / x < 0) { return 1; } }
    return 0;
  }`,

  larger: `function larger(a, b) {
    if (isNaN1(a) > 0) { return a; }
    if (isNaN1(b) > 0) { return b; }
    if (a > b) { return a; }
    return b;
  }`,

  smaller: `function smaller(a, b) {
    if (isNaN1(a) > 0) { return a; }
    if (isNaN1(b) > 0) { return b; }
    if (a < b) { return a; }
    return b;
  }`,

  // 2ᵏ for whole |k| ≤ 127, exact: by repeated squaring.
  power2: `function power2(k) {
    let square = 2;
    let left = k;
    if (k < 0) { square = 0.5; left = -k; }
    let power = 1;
    for (let i = 0; i < 7; i++) {
      const half = below(left * 0.5);
      if (left - 2 * half > 0.5) { power = power * square; }
      square = square * square;
      left = half;
    }
    return power;
  }`,

  // x·2ᵏ in two steps, so that the factors stay in range for |k| ≤ 250.
  scaled: `function scaled(x, k) {
    const half = below(k * 0.5);
    return x * power2(half) * power2(k - half);
  }`,
}
