/** Integers of tensors: whole numbers that a float holds exactly. */
export const integers: Readonly<Record<string, string>> = {
  byte: `function byte(x) { return x - 256 * below(x * 0.00390625); }`,

  integerQuotient: `function integerQuotient(a, b) {
    if (b == 0) { return 0; }
    let q = below(a / b);
    const rest = (a - q * b) * (b < 0 ? -1 : 1);
    if (rest < 0) { q = q - 1; }
    if (rest >= Math.abs(b)) { q = q + 1; }
    return q;
  }`,

  integerModulo: `function integerModulo(a, b) {
    if (b == 0) { return 0; }
    return a - b * integerQuotient(a, b);
  }`,

  // Square and multiply; a negative exponent truncates the fraction toward 0, and 0 gives 0.
  integerPower: `function integerPower(a, b) {
    if (b < 0) {
      if (a == 1) { return 1; }
      if (a == -1) { return b - 2 * below(b * 0.5) > 0.5 ? -1 : 1; }
      return 0;
    }
    let result = 1;
    let square = a;
    let left = b;
    for (let i = 0; i < 24; i++) {
      const half = below(left * 0.5);
      if (left - 2 * half > 0.5) { result = result * square; }
      if (half > 0) { square = square * square; }
      left = half;
    }
    return result;
  }`,

  bytePower: `function bytePower(a, b) {
    let result = 1;
    let square = a;
    let left = b;
    for (let i = 0; i < 8; i++) {
      const half = below(left * 0.5);
      if (left - 2 * half > 0.5) { result = byte(result * square); }
      square = byte(square * square);
      left = half;
    }
    return result;
  }`,

  // The bits that are set in both, of numbers up to 2²⁴ in size: bit by bit, down to a last 1 or a sign, −1.
  conjunction: `function conjunction(a, b) {
    let p = a;
    let q = b;
    let place = 1;
    let sum = 0;
    for (let i = 0; i < 24; i++) {
      const halfP = below(p * 0.5);
      const halfQ = below(q * 0.5);
      if ((p - 2 * halfP) * (q - 2 * halfQ) > 0.5) { sum = sum + place; }
      place = place * 2;
      p = halfP;
      q = halfQ;
    }
    if (p == 0 || q == 0) { return sum; }
    if (p < 0 && q < 0) { return sum - place; }
    return sum + place;
  }`,

  disjunction: `function disjunction(a, b) { return a + (b - conjunction(a, b)); }`,

  difference: `function difference(a, b) {
    const both = conjunction(a, b);
    return (a - both) + (b - both);
  }`,

  shiftedLeft: `function shiftedLeft(a, count, inf) {
    if (count < 0 || count > 31) { return 0; }
    return integerOf(a * power2(count), inf);
  }`,

  shiftedRight: `function shiftedRight(a, count) {
    if (count < 0 || count > 31) { return a < 0 ? -1 : 0; }
    return below(a * power2(-count));
  }`,

  // Truncates toward 0 and wraps modulo 2³²; NaN and infinities give 0.
  integerOf: `function integerOf(x, inf) {
    if (isNaN1(x) > 0 || Math.abs(x) >= inf) { return 0; }
    const whole = toward0(x);
    if (Math.abs(whole) < 2147483648) { return whole; }
    return whole - 4294967296 * below(whole / 4294967296 + 0.5);
  }`,
}
