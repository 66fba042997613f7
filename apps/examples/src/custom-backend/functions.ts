import type { BinaryOp, RequiredBinaryOp, RequiredUnaryOp, UnaryOp } from '@tapegrad/core'

type Unary = (x: number) => number
type Binary = (a: number, b: number) => number

const ofFloats: Readonly<Record<RequiredBinaryOp, Binary>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  floorDiv: (a, b) => {
    // From the exact remainder: a / b may round up to the next integer.
    const quotient = Math.round((a - (a % b)) / b) - Number(a % b !== 0 && a % b < 0 !== b < 0)
    return b === 0 ? a / b : quotient || 0 * (a / b)
  },
  mod: (a, b) => (a % b === 0 ? 0 / b : (a % b) + (a % b < 0 !== b < 0 ? b : 0)),
  // IEEE 754 differs from JavaScript here.
  pow: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
  maximum: Math.max,
  minimum: Math.min,
  atan2: Math.atan2,
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  logicalAnd: (a, b) => Number(a !== 0 && b !== 0),
  logicalOr: (a, b) => Number(a !== 0 || b !== 0),
}

/** Where integers differ: products are exact modulo 2³², and a division by 0 gives 0. */
const ofIntegers: Readonly<Partial<Record<BinaryOp, Binary>>> = {
  mul: Math.imul,
  floorDiv: (a, b) => (b === 0 ? 0 : Math.floor(a / b)),
  mod: (a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b)),
  pow: (a, b) => {
    if (b < 0) return a ** b
    let power = 1
    for (let square = a, bits = b; bits > 0; bits >>= 1, square = Math.imul(square, square))
      if (bits & 1) power = Math.imul(power, square)
    return power
  },
}

// The capabilities name the required functions alone, so core asks for no others.
export function unaryFunction(op: UnaryOp): Unary {
  const name = op as RequiredUnaryOp
  if (name === 'neg') return (x) => -x
  return name === 'erf' ? erf : Math[name]
}

export function binaryFunction(op: BinaryOp, isFloat: boolean): Binary {
  return (isFloat ? undefined : ofIntegers[op]) ?? ofFloats[op as RequiredBinaryOp]
}

/** 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)), whose terms all have one sign: nothing cancels. */
function erf(x: number): number {
  const square = x * x
  if (square > 36) return Math.sign(x)
  let [term, sum] = [x, x]
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * square) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum
}
