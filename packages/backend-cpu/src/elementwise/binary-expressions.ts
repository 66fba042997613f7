import type { BinaryOp, DType } from '@tapegrad/core'
import { floorDivFloat32, floorDivInt32, modInt32 } from './floor-division.ts'
import { packMasks } from './masks.ts'
import { pow } from './pow.ts'
import type { VectorExpression } from './vector-kernel.ts'
import { type FloatMath, floatMath, type Vectors, vectorOp, vectorShift } from './vector-math.ts'

type FloatFunction = (m: FloatMath, a: Vectors, b: Vectors) => Vectors

const floatFunctions: Readonly<Partial<Record<BinaryOp, FloatFunction>>> = {
  add: (m, a, b) => m.add(a, b),
  sub: (m, a, b) => m.sub(a, b),
  mul: (m, a, b) => m.mul(a, b),
  div: (m, a, b) => m.div(a, b),
  maximum: (m, a, b) => m.max(a, b),
  minimum: (m, a, b) => m.min(a, b),
  reluGrad: (m, g, y) => m.only(m.gt(y, 0), g),
  // 1 − y² as a product keeps its digits where y is close to ±1.
  tanhGrad: (m, g, y) => m.mul(g, m.mul(m.sub(1, y), m.add(1, y))),
  sigmoidGrad: (m, g, y) => m.mul(g, m.mul(y, m.sub(1, y))),
}

const comparisons: Readonly<Partial<Record<BinaryOp, 'eq' | 'ne' | 'lt' | 'le'>>> = {
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt',
  lessEqual: 'le',
}

const bitInstructions = {
  bitwiseAnd: 'v128.and',
  bitwiseOr: 'v128.or',
  bitwiseXor: 'v128.xor',
} as const

/** The vector form of a function of elements of a dtype; `undefined` where the host computes it. */
export function binaryExpression(op: BinaryOp, dtype: DType): VectorExpression | undefined {
  const comparison = comparisons[op]
  if (comparison !== undefined) {
    const compare = comparisonOf(comparison, dtype)
    return (fn, a, b) => packMasks(fn, dtype, vectorOp(fn, compare, a!, b!))
  }
  switch (dtype) {
    case 'float32':
    case 'float64': {
      const f = floatFunctions[op]
      const shape = dtype === 'float32' ? 'f32x4' : 'f64x2'
      if (op === 'floorDiv' && dtype === 'float32') return (fn, a, b) => floorDivFloat32(fn, a!, b!)
      if (op === 'pow' && dtype === 'float32') return (fn, a, b) => pow(floatMath(fn, shape), a!, b!)
      return f && ((fn, a, b) => f(floatMath(fn, shape), a!, b!))
    }
    case 'int32':
      return int32Expression(op)
    default:
      return byteExpression(op)
  }
}

function comparisonOf(name: 'eq' | 'ne' | 'lt' | 'le', dtype: DType) {
  if (dtype === 'float32') return `f32x4.${name}` as const
  if (dtype === 'float64') return `f64x2.${name}` as const
  const isOrder = name === 'lt' || name === 'le'
  if (dtype === 'int32') return isOrder ? (`i32x4.${name}_s` as const) : (`i32x4.${name}` as const)
  return isOrder ? (`i8x16.${name}_u` as const) : (`i8x16.${name}` as const)
}

function int32Expression(op: BinaryOp): VectorExpression | undefined {
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul':
      return (fn, a, b) => vectorOp(fn, `i32x4.${op}`, a!, b!)
    case 'maximum':
      return (fn, a, b) => vectorOp(fn, 'i32x4.max_s', a!, b!)
    case 'minimum':
      return (fn, a, b) => vectorOp(fn, 'i32x4.min_s', a!, b!)
    case 'floorDiv':
      return (fn, a, b) => floorDivInt32(fn, a!, b!)
    case 'mod':
      return (fn, a, b) => modInt32(fn, a!, b!)
    case 'bitwiseAnd':
    case 'bitwiseOr':
    case 'bitwiseXor':
      return (fn, a, b) => vectorOp(fn, bitInstructions[op], a!, b!)
    default:
      return undefined
  }
}

function byteExpression(op: BinaryOp): VectorExpression | undefined {
  switch (op) {
    case 'add':
    case 'sub':
      return (fn, a, b) => vectorOp(fn, `i8x16.${op}`, a!, b!)
    case 'mul':
      return multiplyBytes
    case 'maximum':
      return (fn, a, b) => vectorOp(fn, 'i8x16.max_u', a!, b!)
    case 'minimum':
      return (fn, a, b) => vectorOp(fn, 'i8x16.min_u', a!, b!)
    case 'logicalAnd':
    case 'logicalOr':
      return (fn, a, b) => {
        const [p, q] = [vectorOp(fn, 'i8x16.ne', a!, 0), vectorOp(fn, 'i8x16.ne', b!, 0)]
        return packMasks(fn, 'bool', vectorOp(fn, op === 'logicalAnd' ? 'v128.and' : 'v128.or', p, q))
      }
    case 'bitwiseAnd':
    case 'bitwiseOr':
    case 'bitwiseXor':
      return (fn, a, b) => vectorOp(fn, bitInstructions[op], a!, b!)
    default:
      return undefined
  }
}

/** There are only products of bytes in 16 bits: their low bytes are put together again. */
const multiplyBytes: VectorExpression = (fn, a, b) => {
  const keepLow = (products: Vectors): Vectors =>
    vectorShift(fn, 'i16x8.shr_u', vectorShift(fn, 'i16x8.shl', products, 8), 8)
  const low = keepLow(vectorOp(fn, 'i16x8.extmul_low_i8x16_u', a!, b!))
  const high = keepLow(vectorOp(fn, 'i16x8.extmul_high_i8x16_u', a!, b!))
  return vectorOp(fn, 'i8x16.narrow_i16x8_u', low, high)
}
