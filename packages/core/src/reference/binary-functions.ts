import type { BinaryOp } from '../backend/opcodes.ts'
import { type DType, isFloat } from '../tensor/dtype.ts'

/** An element-wise function of two arguments. */
export type BinaryFunction = (a: number, b: number) => number

/** The function for elements of `dtype`, in double precision; results of integers may still have to wrap. */
export function binaryFunction(op: BinaryOp, dtype: DType): BinaryFunction {
  return isFloat(dtype) ? floatFunctions[op] : (integerFunctions[op] ?? floatFunctions[op])
}

const floatFunctions: Readonly<Record<BinaryOp, BinaryFunction>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  floorDiv: floatFloorDiv,
  mod: floatMod,
  pow: floatPow,
  maximum: Math.max,
  minimum: Math.min,
  atan2: Math.atan2,
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  logicalAnd: (a, b) => Number(a !== 0 && b !== 0),
  logicalOr: (a, b) => Number(a !== 0 || b !== 0),
  reluGrad: (g, y) => (y > 0 ? g : 0),
  tanhGrad: (g, y) => g * (1 - y * y),
  sigmoidGrad: (g, y) => g * y * (1 - y),
  bitwiseAnd: (a, b) => a & b,
  bitwiseOr: (a, b) => a | b,
  bitwiseXor: (a, b) => a ^ b,
  leftShift: (a, b) => (isShift(b) ? a << b : 0),
  // Of a longer shift only the sign is left.
  rightShift: (a, b) => a >> (isShift(b) ? b : 31),
}

const isShift = (bits: number): boolean => bits >= 0 && bits < 32

/** Where integers differ: sums and products stay exact modulo 2³², and nothing divides by 0. */
const integerFunctions: Readonly<Partial<Record<BinaryOp, BinaryFunction>>> = {
  add: (a, b) => (a + b) | 0,
  sub: (a, b) => (a - b) | 0,
  mul: Math.imul,
  floorDiv: (a, b) => (b === 0 ? 0 : Math.floor(a / b)),
  mod: (a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b)),
  pow: integerPow,
}

/**
 * The quotient rounded down, as Python's: from the exact remainder, since a / b may round up to the next integer.
 *
 * 1 / 0.1 rounds to 10, but ten times the double next to 0.1 is more than 1.
 */
function floatFloorDiv(a: number, b: number): number {
  if (b === 0) return a / b
  const remainder = a % b
  const quotient = (a - remainder) / b
  if (remainder !== 0 && remainder < 0 !== b < 0) return Math.round(quotient) - 1
  return quotient === 0 ? 0 * (a / b) : Math.round(quotient)
}

/** The remainder of floor division: it has the sign of the divisor, zeros included. */
function floatMod(a: number, b: number): number {
  const remainder = a % b
  if (remainder === 0) return b < 0 ? -0 : 0
  return remainder < 0 === b < 0 ? remainder : remainder + b
}

/** The power of IEEE 754, which unlike JavaScript's is 1 for 1 to any power and for −1 to an infinite one. */
function floatPow(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1
  return base ** exponent
}

/** Square and multiply modulo 2³²; a negative exponent truncates the fraction toward 0, and 0 gives 0. */
function integerPow(base: number, exponent: number): number {
  if (exponent < 0) return Math.abs(base) === 1 ? base ** exponent : 0
  let result = 1
  let square = base
  for (let bits = exponent; bits > 0; bits >>= 1) {
    if (bits & 1) result = Math.imul(result, square)
    square = Math.imul(square, square)
  }
  return result
}
