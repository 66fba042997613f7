import type { UnaryOp } from '../backend/opcodes.ts'
import { erf, erfc, gelu } from './special-functions.ts'

/** Every element-wise function of one argument, in double precision. */
export const unaryFunctions: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  floor: Math.floor,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  expm1: Math.expm1,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf,
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  sign: Math.sign,
  ceil: Math.ceil,
  round: roundHalfToEven,
  trunc: Math.trunc,
  rsqrt: (x) => 1 / Math.sqrt(x),
  relu: (x) => Math.max(x, 0),
  sigmoid,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  silu: (x) => (x === -Infinity ? 0 : x * sigmoid(x)),
  gelu,
  erfc,
}

/** To the nearest integer, halves to the even one, zeros with the sign of x. */
function roundHalfToEven(x: number): number {
  // Above 2⁵² doubles are integers and the gap between them is 1: the addition itself rounds, halves to even.
  const onlyIntegersAbove = 2 ** 52
  const magnitude = Math.abs(x)
  if (!(magnitude < onlyIntegersAbove)) return x
  return Math.sign(x) * (magnitude + onlyIntegersAbove - onlyIntegersAbove)
}

/** 1 / (1 + exp(−x)), with an exponential that never overflows. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const exponential = Math.exp(x)
  return exponential / (1 + exponential)
}
