/** Positions: integers of the device, so that they are exact beyond 2²⁴. */
export const positions: Readonly<Record<string, string>> = {
  wholeOf: `function wholeOf(x) { return below(x); }`,

  // Devices divide as floats: the quotient may be off, the more so the larger it is. Divided again the rest is small.
  nearQuotient: `function nearQuotient(a, b) { return below(a / b); }`,

  correctedQuotient: `function correctedQuotient(a, b, q) {
    if (a - q * b < 0) { return q - 1; }
    if (a - q * b >= b) { return q + 1; }
    return q;
  }`,

  refinedQuotient: `function refinedQuotient(a, b, q) {
    return correctedQuotient(a, b, q + nearQuotient(a - q * b, b));
  }`,

  // ⌊a / b⌋ for a from 0 to 2³⁰ and b ≥ 1.
  quotient: `function quotient(a, b) { return refinedQuotient(a, b, nearQuotient(a, b)); }`,
}
