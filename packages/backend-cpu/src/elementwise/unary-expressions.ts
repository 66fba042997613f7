import type { DType, UnaryOp } from '@tapegrad/core'
import { erf } from './erf.ts'
import { exp, expm1 } from './exp.ts'
import { erfc, gelu } from './gelu.ts'
import { log, log1p } from './log.ts'
import { sigmoid, silu, softplus } from './sigmoid.ts'
import { simpleFunctions, type VectorFunction } from './simple-functions.ts'
import { tanh } from './tanh.ts'
import { cos, sin } from './trigonometry.ts'
import type { VectorExpression } from './vector-kernel.ts'
import { floatMath, vectorOp } from './vector-math.ts'

const float32Functions: Readonly<Record<UnaryOp, VectorFunction>> = {
  ...simpleFunctions,
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tanh,
  erf,
  sigmoid,
  softplus,
  silu,
  gelu,
  erfc,
}

const float64Functions: Readonly<Partial<Record<UnaryOp, VectorFunction>>> = simpleFunctions

/** The vector form of a function of elements of a dtype; `undefined` where the host computes it. */
export function unaryExpression(op: UnaryOp, dtype: DType): VectorExpression | undefined {
  switch (dtype) {
    case 'float32':
      return (fn, x) => float32Functions[op](floatMath(fn, 'f32x4'), x!)
    case 'float64': {
      const f = float64Functions[op]
      return f && ((fn, x) => f(floatMath(fn, 'f64x2'), x!))
    }
    case 'int32':
      if (op === 'neg' || op === 'abs') return (fn, x) => vectorOp(fn, `i32x4.${op}`, x!)
      return undefined
    default:
      if (op === 'neg') return (fn, x) => vectorOp(fn, 'i8x16.neg', x!)
      return op === 'abs' ? (_, x) => x! : undefined
  }
}
