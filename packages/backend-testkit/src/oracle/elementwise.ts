import type { BinaryOp, DType, UnaryOp } from '@tapegrad/core'
import {
  build,
  elementAt,
  isFloatType,
  type OracleArray,
  type OracleInput,
  promote,
  store,
  toFloat,
  toNumeric,
} from './array.ts'
import { broadcastShapes, broadcastTo } from './movement.ts'
import { erf, erfc } from './special-functions.ts'

const stableSigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** The functions of one argument, for floats. */
export const unaryFunctions: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: (x) => -x,
  abs: (x) => Math.abs(x),
  floor: (x) => Math.floor(x),
  sqrt: (x) => Math.sqrt(x),
  exp: (x) => Math.exp(x),
  log: (x) => Math.log(x),
  expm1: (x) => Math.expm1(x),
  log1p: (x) => Math.log1p(x),
  sin: (x) => Math.sin(x),
  cos: (x) => Math.cos(x),
  tanh: (x) => Math.tanh(x),
  erf,
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  ceil: (x) => Math.ceil(x),
  round: roundHalfToEven,
  trunc: (x) => Math.trunc(x),
  rsqrt: (x) => 1 / Math.sqrt(x),
  relu: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  sigmoid: stableSigmoid,
  softplus: (x) => (x > 30 ? x : Math.log1p(Math.exp(x))),
  silu: (x) => (x === -Infinity ? 0 : x * stableSigmoid(x)),
  gelu: (x) => (x === -Infinity ? 0 : (x * erfc(-x / Math.SQRT2)) / 2),
  erfc,
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x)
  const fraction = x - below
  if (!Number.isFinite(x) || fraction === 0) return x
  const rounded = fraction < 0.5 || (fraction === 0.5 && below % 2 === 0) ? below : below + 1
  // Zero keeps the sign of x.
  return rounded === 0 && x < 0 ? -0 : rounded
}

const isTrue = (x: number): boolean => x !== 0
const truth = (value: boolean): number => (value ? 1 : 0)

/** The functions of two arguments, for floats. */
const binaryFunctions: Readonly<Record<BinaryOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  floorDiv: floatFloorDiv,
  mod: (a, b) => {
    const remainder = a % b
    if (remainder === 0) return b < 0 ? -0 : 0
    return remainder > 0 === b > 0 || Number.isNaN(remainder) ? remainder : remainder + b
  },
  pow: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  atan2: (a, b) => Math.atan2(a, b),
  equal: (a, b) => truth(a === b),
  notEqual: (a, b) => truth(a !== b),
  less: (a, b) => truth(a < b),
  lessEqual: (a, b) => truth(a <= b),
  logicalAnd: (a, b) => truth(isTrue(a) && isTrue(b)),
  logicalOr: (a, b) => truth(isTrue(a) || isTrue(b)),
  reluGrad: (g, y) => (y > 0 ? g : 0),
  tanhGrad: (g, y) => g * (1 - y * y),
  sigmoidGrad: (g, y) => g * y * (1 - y),
  bitwiseAnd: bits((a, b) => a & b),
  bitwiseOr: bits((a, b) => a | b),
  bitwiseXor: bits((a, b) => a ^ b),
  leftShift: bits((a, b) => (b < 0n || b > 31n ? 0n : a << b)),
  rightShift: bits((a, b) => a >> (b < 0n || b > 31n ? 31n : b)),
}

/** A function of whole numbers of any length, whose result has 32 bits. */
function bits(f: (a: bigint, b: bigint) => bigint): (a: number, b: number) => number {
  return (a, b) => Number(BigInt.asIntN(32, f(BigInt(a), BigInt(b))))
}

/** Rounded down from the quotient of the exact fractions; what is not finite follows Python. */
function floatFloorDiv(a: number, b: number): number {
  if (b === 0 || Number.isNaN(a) || Number.isNaN(b)) return a / b
  if (!Number.isFinite(a)) return Number.NaN
  const haveOtherSigns = a < 0 !== b < 0
  if (a === 0) return a / b
  if (!Number.isFinite(b)) return haveOtherSigns ? -1 : 0
  const [p, q] = [exactly(a), exactly(b)]
  const quotient = p / q
  // BigInt cuts off.
  return Number(haveOtherSigns && quotient * q !== p ? quotient - 1n : quotient)
}

/** A float times 2¹⁰⁷⁴, the reciprocal of the smallest one. */
function exactly(x: number): bigint {
  const exponent = x === 0 ? 0 : Math.max(Math.floor(Math.log2(Math.abs(x))) - 60, -1074)
  // In two steps: one power of two alone may be out of range.
  const whole = x * 2 ** -Math.ceil(exponent / 2) * 2 ** -Math.floor(exponent / 2)
  return BigInt(whole) << BigInt(exponent + 1074)
}

const wrap = (value: bigint): number => Number(BigInt.asIntN(32, value))

/** The functions that integers compute in a way of their own. */
const integerFunctions: Readonly<Partial<Record<BinaryOp, (a: number, b: number) => number>>> = {
  add: (a, b) => wrap(BigInt(a) + BigInt(b)),
  sub: (a, b) => wrap(BigInt(a) - BigInt(b)),
  mul: (a, b) => wrap(BigInt(a) * BigInt(b)),
  floorDiv: (a, b) => (b === 0 ? 0 : Math.floor(a / b)),
  mod: (a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b)),
  pow: (a, b) => {
    if (b >= 0) return wrap(BigInt(a) ** BigInt(b))
    if (a === 1) return 1
    return a === -1 ? (b % 2 === 0 ? 1 : -1) : 0
  },
}

/** Which dtypes an op computes in: any, numbers (bool counts as int32), or floats only. */
export type Kind = 'any' | 'number' | 'float'

/** op(x), element by element, in a dtype derived from the array's. */
export function mapArray(
  x: OracleArray,
  dtype: DType,
  f: (value: number, dtype: DType) => number,
): OracleArray {
  return { shape: x.shape, dtype, values: x.values.map((value) => store(f(value, x.dtype), dtype)) }
}

/** op(a, b) with broadcasting and promotion; `result` is the dtype of the result where it is not the common one. */
export function binary(
  op: BinaryOp,
  a: OracleInput,
  b: OracleInput,
  kind: Kind,
  result?: DType,
): OracleArray {
  const computed = commonType(a, b, kind)
  const f = isFloatType(computed) ? binaryFunctions[op] : (integerFunctions[op] ?? binaryFunctions[op])
  return zip(
    [a, b],
    result ?? computed,
    // Arguments are cast to the common dtype first.
    ([p, q]) => f(store(p!, computed), store(q!, computed)),
  )
}

/** The dtype in which two arguments meet. */
export function commonType(a: OracleInput, b: OracleInput, kind: Kind): DType {
  const numeric = (dtype: DType): DType => (kind === 'number' ? toNumeric(dtype) : dtype)
  const limited = (dtype: DType): DType => (kind === 'float' ? toFloat(dtype) : numeric(dtype))
  if (typeof a === 'number' && typeof b === 'number') return 'float32'
  if (typeof a !== 'number' && typeof b !== 'number') return limited(promote(a.dtype, b.dtype))
  const [x, weak] = typeof a === 'number' ? [b as OracleArray, a] : [a, b as number]
  if (isFloatType(x.dtype)) return x.dtype
  if (!Number.isInteger(weak)) return 'float32'
  return limited(x.dtype === 'bool' && weak !== 0 && weak !== 1 ? 'int32' : x.dtype)
}

/** f(a, b, …), element by element, broadcast. */
export function zip(
  inputs: readonly OracleInput[],
  dtype: DType,
  f: (values: readonly number[]) => number,
): OracleArray {
  const shape = broadcastShapes(...inputs.map((x) => (typeof x === 'number' ? [] : x.shape)))
  const arrays = inputs.map((x) => (typeof x === 'number' ? x : broadcastTo(x, shape)))
  return build(shape, dtype, (index) =>
    f(arrays.map((x) => (typeof x === 'number' ? x : elementAt(x, index)))),
  )
}

/** condition ? a : b, broadcast; the branches are promoted. */
export function where(condition: OracleArray, a: OracleInput, b: OracleInput): OracleArray {
  const dtype = commonType(a, b, 'any')
  return zip([condition, a, b], dtype, ([c, p, q]) => (isTrue(c!) ? p! : q!))
}
