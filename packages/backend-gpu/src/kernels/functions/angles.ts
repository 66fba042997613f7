/** Sine, cosine and the angle of a point. */
export const angles: Readonly<Record<string, string>> = {
  // The bits of 2/π, twelve by twelve.
  twelveBits: `function twelveBits(i) {
    if (i == 0) { return 2607; }
    if (i == 1) { return 2435; }
    if (i == 2) { return 1764; }
    if (i == 3) { return 3652; }
    if (i == 4) { return 338; }
    if (i == 5) { return 2556; }
    if (i == 6) { return 629; }
    if (i == 7) { return 2001; }
    if (i == 8) { return 3923; }
    if (i == 9) { return 1245; }
    if (i == 10) { return 3085; }
    if (i == 11) { return 2914; }
    if (i == 12) { return 2393; }
    if (i == 13) { return 2364; }
    return 1081;
  }`,

  // A product of integers below 2²⁴, times 2ˢ, modulo 4.
  modulo4: `function modulo4(product, s) {
    if (s > 1 || s < -60) { return 0; }
    const t = scaled(product, s);
    return t - 4 * below(t * 0.25);
  }`,

  // For large x the angle in quarters of a turn: its nearest integer modulo 4, or with `part` 1 what it is off.
  // x = m·2ᵉ for an integer m of 24 bits; products of twelve bits of m and of 2/π are exact, and are summed exactly
  // down to 2⁻²⁰.
  quarters: `function quarters(x, part) {
    let e = below(Math.log2(x)) - 23;
    let m = scaled(x, -e);
    if (m < 8388608) { m = m * 2; e = e - 1; }
    if (m >= 16777216) { m = m * 0.5; e = e + 1; }
    const upper = below(m * 0.000244140625);
    const lower = m - upper * 4096;
    let sum = 0;
    let small = 0;
    for (let i = 0; i < 15; i++) {
      const bits = twelveBits(i);
      const p = modulo4(upper * bits, e - 12 * i);
      const q = modulo4(lower * bits, e - 12 * i - 12);
      const pHead = below(p * 1048576) / 1048576;
      const qHead = below(q * 1048576) / 1048576;
      sum = sum + pHead + qHead;
      sum = sum - 4 * below(sum * 0.25);
      small = small + (p - pHead) + (q - qHead);
    }
    const nearest = below(sum + small + 0.5);
    if (part > 0) { return sum - nearest + small; }
    return nearest;
  }`,

  // sin(x + quarter·π/2): x = k·π/2 + r, with π/2 in three parts whose products with k are exact up to 2¹³.
  sine: `function sine(x, quarter, nan, inf) {
    if (Math.abs(x) >= inf) { return nan; }
    let k = below(x * 0.636619772 + 0.5);
    let r = x - k * 1.5703125 - k * 0.000483751296997 - k * 0.0000000754978995;
    if (Math.abs(x) > 12000) {
      k = quarters(Math.abs(x), 0);
      r = 1.57079633 * quarters(Math.abs(x), 1);
      if (x < 0) { k = -k; r = -r; }
    }
    const z = r * r;
    const turn = k + quarter - 4 * below((k + quarter) * 0.25);
    let y = r;
    if (turn == 1 || turn == 3) {
      y = 1 - z * (0.5 - z * (0.0416666667 - z * (0.00138888889 - z * (0.0000248015873 - z * 0.000000275573192))));
    } else if (r != 0) {
      y = r - r * z * (0.166666667 - z * (0.00833333333 - z * (0.000198412698 - z * 0.00000275573192)));
    }
    if (turn >= 2) { return -y; }
    return y;
  }`,

  // atan(t) for |t| ≤ tan(π/8)
  arcTangentNear0: `function arcTangentNear0(t) {
    const z = t * t;
    return t - t * z * (0.333333333 - z * (0.2 - z * (0.142857143 - z * (0.111111111 - z * (0.0909090909 - z * (0.0769230769 - z * (0.0666666667 - z * 0.0588235294)))))));
  }`,

  // The angle of (x, y): that of the smaller side over the larger, turned into the right eighth.
  angle: `function angle(y, x, nan, inf) {
    if (isNaN1(x) > 0 || isNaN1(y) > 0) { return nan; }
    const across = Math.abs(x);
    const up = Math.abs(y);
    let t = 0;
    if (across > up) { if (across < inf) { t = up / across; } }
    if (up > across) { if (up < inf) { t = across / up; } }
    if (across == up) { if (up > 0) { t = 1; } }
    let a = t;
    if (t > 0.414213562) { a = 0.785398163 + arcTangentNear0((t - 1) / (t + 1)); }
    if (t <= 0.414213562) { if (t > 0) { a = arcTangentNear0(t); } }
    if (up > across) { a = 1.57079633 - a; }
    if (signBit(x) > 0) { a = 3.14159265 - a; }
    if (signBit(y) > 0) { return -a; }
    return a;
  }`,
}
