/**
 * The element-wise functions that every backend has.
 *
 * `logicalNot` and the tests on floats are left out on purpose: core composes them. Arguments and results have
 * the same dtype, a float one, except for `neg` and `abs`, which integers have too (`abs(-2**31)` wraps).
 */
export const requiredUnaryOps = [
  'neg',
  'abs',
  'floor',
  'sqrt',
  'exp',
  'log',
  'expm1',
  'log1p',
  'sin',
  'cos',
  'tanh',
  'erf',
] as const

/** Element-wise functions that core composes where a backend lacks them. */
export const optionalUnaryOps = [
  'square',
  'reciprocal',
  'sign',
  'ceil',
  'round',
  'trunc',
  'rsqrt',
  'relu',
  'sigmoid',
  'softplus',
  'silu',
  'gelu',
  'erfc',
] as const

/**
 * The element-wise functions of two arguments that every backend has.
 *
 * Both arguments have one dtype. The comparisons give bool and take every dtype; `logicalAnd` and `logicalOr`
 * take and give bool; the others give the dtype of their arguments, and integers wrap. `floorDiv` and `mod`
 * round toward minus infinity and give 0 where an integer is divided by 0; of floats they are Python's, the exact
 * quotient rounded down and the exact remainder. `maximum` and `minimum` give NaN
 * where either argument is NaN. `div` and `atan2` are only called with floats.
 */
export const requiredBinaryOps = [
  'add',
  'sub',
  'mul',
  'div',
  'floorDiv',
  'mod',
  'pow',
  'maximum',
  'minimum',
  'atan2',
  'equal',
  'notEqual',
  'less',
  'lessEqual',
  'logicalAnd',
  'logicalOr',
] as const

/**
 * Functions of two arguments that core composes where a backend lacks them.
 *
 * The gradients are of floats only. They take the incoming gradient first: `reluGrad(g, y)` is g where y > 0, else 0
 * (y may be relu's argument or its result); `tanhGrad(g, y)` is g·(1 − y²); `sigmoidGrad(g, y)` is g·y·(1 − y).
 *
 * The functions of bits are of int32 and uint8 only, int32 in two's complement. `rightShift` copies the sign.
 * Counts outside of the dtype's bits, negative ones too, shift everything out: `leftShift` gives 0, `rightShift` 0
 * or, of a negative number, −1.
 */
export const optionalBinaryOps = [
  'reluGrad',
  'tanhGrad',
  'sigmoidGrad',
  'bitwiseAnd',
  'bitwiseOr',
  'bitwiseXor',
  'leftShift',
  'rightShift',
] as const

export type RequiredUnaryOp = (typeof requiredUnaryOps)[number]
export type OptionalUnaryOp = (typeof optionalUnaryOps)[number]
export type RequiredBinaryOp = (typeof requiredBinaryOps)[number]
export type OptionalBinaryOp = (typeof optionalBinaryOps)[number]

export type UnaryOp = RequiredUnaryOp | OptionalUnaryOp
export type BinaryOp = RequiredBinaryOp | OptionalBinaryOp

/** The reductions every backend has; `sum` and `prod` of integers wrap, `max` and `min` give NaN where an element is NaN. */
export type ReduceOp = 'sum' | 'prod' | 'max' | 'min'

/** Which element's position an argument reduction returns; the first NaN wins, else the first of equals. */
export type ArgReduceOp = 'max' | 'min'
