/** Rounding, division that rounds down, and its remainder. */
export const rounding: Readonly<Record<string, string>> = {
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

  // ⌊a / b⌋; a quotient that a device rounds up to a whole number is put right by the remainder.
  floorQuotient: `function floorQuotient(a, b) {
    const q = below(a / b);
    if (Math.abs(q) < 4194304) {
      const rest = a - q * b;
      if (rest < 0) { if (b > 0) { return q - 1; } }
      if (rest > 0) { if (b < 0) { return q - 1; } }
    }
    return q;
  }`,

  // The remainder of |a| / |b|, exact: subtracts |b|·2ᵏ wherever it fits, from the largest k down.
  remainder: `function remainder(a, b) {
    let rest = Math.abs(a);
    const divisor = Math.abs(b);
    if (rest < divisor) { return rest; }
    if (rest == 0) { return rest; }
    const k = below(Math.log2(rest)) - below(Math.log2(divisor)) + 2;
    let part = scaled(divisor, k);
    for (let i = 0; i < 290; i++) {
      if (part >= divisor) {
        if (rest >= part) { rest = rest - part; }
        part = part * 0.5;
      }
    }
    return rest;
  }`,

  // The remainder of floor division has the sign of the divisor, also where it is zero.
  modulo: `function modulo(a, b, nan, inf) {
    if (isNaN1(a) > 0 || isNaN1(b) > 0) { return nan; }
    if (b == 0 || Math.abs(a) >= inf) { return nan; }
    let rest = Math.abs(a);
    if (Math.abs(b) < inf) { rest = remainder(a, b); }
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
