/*
 * The functions that kernels call, in the part of JavaScript that gpu.js translates to every device.
 *
 * Shading languages promise little about exp, log and the like, and nothing about NaN, infinities and zeros with a
 * sign, so all of them are written out in arithmetic: a driver's own differ by thousands of rounding errors. There
 * are no literals for NaN and infinity either: functions that need them take them as arguments. `NaN < 0 || NaN >= 0`
 * is false on every device; `x !== x` and `x != 0` are not to be trusted. Arguments must not be assigned to. The result of `Math.floor`
 * counts as an integer for gpu.js; `below` gives it back as a float, which may be infinite.
 *
 * Polynomials are Taylor series after a reduction of the argument, cut where the next term is below rounding.
 */

/** Source texts by name; `callees` finds what a text needs. */
export const functions: Readonly<Record<string, string>> = {
  isNaN1: `function isNaN1(x) { return (x < 0 || x >= 0) ? 0 : 1; }`,

  below: `function below(x) { return Math.floor(x); }`,

  // 1 for negative numbers and −0, whose reciprocal is −∞.
  signBit: `function signBit(x) {
    if (x < 0) { return 1; }
    if (x == 0) { if (1 / x < 0) { return 1; } }
    return 0;
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

  // For large x the angle in quarters of a turn: its nearest integer modulo 4, or with `part` 1 what it is off. x = m·2ᵉ for an
  // integer m of 24 bits; products of twelve bits of m and of 2/π are exact, and are summed exactly down to 2⁻²⁰.
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

  // erfc(t) for t ≥ 1: the rational function of W. J. Cody (Mathematics of Computation 23, 1969) times exp(−t²).
  complementaryErrorTail: `function complementaryErrorTail(t, inf) {
    if (t > 9.3) { return 0; }
    const head = below(t * 16) / 16;
    const square = exponential(-head * head, inf) * exponential(-(t - head) * (t + head), inf);
    if (t > 4) {
      const w = 1 / (t * t);
      const above = 0.000658749161530 + w * (0.0160837851 + w * (0.125781726 + w * (0.360344900 + w * (0.305326634 + w * 0.0163153871))));
      const under = 0.00233520498 + w * (0.0605183413 + w * (0.527905103 + w * (1.87295285 + w * (2.56852019 + w))));
      return square * (0.564189584 - w * above / under) / t;
    }
    const p = 1230.33935 + t * (2051.07838 + t * (1712.04761 + t * (881.952221 + t * (298.635138 + t * (66.1191906 + t * (8.88314979 + t * (0.564188497 + t * 0.0000000215311535)))))));
    const q = 1230.33935 + t * (3439.36767 + t * (4362.61909 + t * (3290.79924 + t * (1621.38957 + t * (537.181102 + t * (117.693951 + t * (15.7449261 + t)))))));
    return square * p / q;
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
    const y = 1 - complementaryErrorTail(t, inf);
    if (x < 0) { return -y; }
    return y;
  }`,

  // x·erfc(−x/√2) / 2
  gaussianUnit: `function gaussianUnit(x, inf) {
    if (isNaN1(x) > 0) { return x; }
    const t = x * 0.707106781;
    if (t > -1) { return 0.5 * x * (1 + errorFunction(t, inf)); }
    if (t < -9.3) { return 0; }
    return 0.5 * x * complementaryErrorTail(-t, inf);
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

  // Positions: integers of the device, so that they are exact beyond 2²⁴.

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

  // Integers of tensors: whole numbers that a float holds exactly.

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

  // Truncates toward 0 and wraps modulo 2³²; NaN and infinities give 0.
  integerOf: `function integerOf(x, inf) {
    if (isNaN1(x) > 0 || Math.abs(x) >= inf) { return 0; }
    const whole = toward0(x);
    if (Math.abs(whole) < 2147483648) { return whole; }
    return whole - 4294967296 * below(whole / 4294967296 + 0.5);
  }`,
}

const ofPositions = ['nearQuotient', 'correctedQuotient', 'refinedQuotient', 'quotient']

/** How gpu.js types the arguments of a function. */
export function argumentType(name: string): 'Integer' | 'Number' {
  return ofPositions.includes(name) ? 'Integer' : 'Number'
}

/** How gpu.js types the result of a function. */
export function resultType(name: string): 'Integer' | 'Number' {
  return name === 'wholeOf' ? 'Integer' : argumentType(name)
}

/** The names of all functions that a text calls, those that they call included. */
export function callees(text: string): readonly string[] {
  const found = new Set<string>()
  const search = (source: string): void => {
    for (const [, name] of source.matchAll(/\b(\w+)\(/g)) {
      if (!Object.hasOwn(functions, name!) || found.has(name!)) continue
      found.add(name!)
      search(functions[name!]!)
    }
  }
  search(text)
  return [...found]
}
