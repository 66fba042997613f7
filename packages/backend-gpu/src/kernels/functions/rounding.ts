/** Rounding, division that rounds down, and its remainder. */
export const rounding: Readonly<Record<string, string>> = {
  // A device that multiplies by the reciprocal may lose the sign of zero.
  ratio: `function ratio(a, b) {
    if (a == 0) {
      if (b < 0) { return -a; }
      if (b > 0) { return a; }
    }
    return a / b;
  }`,

  toward0: `function toward0(x) {
    if (x < 0) { return -below(-x); }
    return below(x);
  }`,

  // Halves to the even neighbour; above 2²³ floats are whole.
  nearest: `function nearest(x) {
    const magnitude = Math.abs(x);
    if (x == 0) { return x; }
    if (magnitude >= 8388608) { return x; }
    if (isNaN1(x) > 0) { return x; }
    let whole = below(magnitude);
    const rest = magnitude - whole;
    if (rest > 0.5) { whole = whole + 1; }
    if (rest == 0.5) { if (whole - 2 * below(whole * 0.5) > 0.5) { whole = whole + 1; } }
    if (x < 0) { return -whole; }
    return whole;
  }`,

  // ⌊a / b⌋ as Python's: NaN for infinite a, −1 for infinite b of the other sign. From 2²⁴ on floats are
  // whole. A quotient that is close to a whole number may lie on the other side of it.
  floorQuotient: `function floorQuotient(a, b, nan, inf) {
    const q = ratio(a, b);
    if (b == 0 || a == 0 || isNaN1(q) > 0) { return q; }
    if (Math.abs(a) >= inf) { return nan; }
    const isNegative = a < 0 ? (b < 0 ? 0 : 1) : (b < 0 ? 1 : 0);
    if (Math.abs(a) < Math.abs(b)) {
      if (isNegative > 0) { return -1; }
      return 0;
    }
    if (Math.abs(q) >= 16777216) { return q; }
    const whole = below(q);
    const margin = Math.abs(q) * 0.0000005;
    if (q - whole > margin) { if (whole + 1 - q > margin) { return whole; } }
    const size = wholeQuotient(a, b, 0);
    if (isNegative > 0) {
      if (wholeQuotient(a, b, 1) > 0) { return -size - 1; }
      return -size;
    }
    return size;
  }`,

  // |a| / |b| without its fraction, exact up to 2²⁴, or with `part` 1 the exact remainder: subtracts |b|·2ᵏ wherever it
  // fits, from the largest k down.
  wholeQuotient: `function wholeQuotient(a, b, part) {
    let rest = Math.abs(a);
    const divisor = Math.abs(b);
    let sum = 0;
    if (rest >= divisor) {
      const k = below(Math.log2(rest)) - below(Math.log2(divisor)) + 2;
      let multiple = scaled(divisor, k);
      let power = scaled(1, k);
      for (let i = 0; i < 290; i++) {
        if (multiple >= divisor) {
          if (rest >= multiple) { rest = rest - multiple; sum = sum + power; }
          multiple = multiple * 0.5;
          power = power * 0.5;
        }
      }
    }
    if (part > 0) { return rest; }
    return sum;
  }`,

  // The remainder of floor division has the sign of the divisor, also where it is zero.
  modulo: `function modulo(a, b, nan, inf) {
    if (isNaN1(a) > 0 || isNaN1(b) > 0) { return nan; }
    if (b == 0 || Math.abs(a) >= inf) { return nan; }
    let rest = Math.abs(a);
    if (Math.abs(b) < inf) { rest = wholeQuotient(a, b, 1); }
    if (rest == 0) {
      if (b < 0) { return -rest; }
      return rest;
    }
    if (a < 0) {
      if (b < 0) { return -rest; }
      return b - rest;
    }
    if (b < 0) { return rest + b; }
    return rest;
  }`,
}
