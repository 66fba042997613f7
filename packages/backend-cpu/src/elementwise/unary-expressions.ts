import type { DType, UnaryOp } from '@tapegrad/core'
import { simpleFunctions } from './simple-functions.ts'
import type { VectorExpression } from './vector-kernel.ts'
import { floatMath, vectorOp } from './vector-math.ts'

/** The vector form of a function of elements of a dtype; `undefined` where the host computes it. */
export function unaryExpression(op: UnaryOp, dtype: DType): VectorExpression | undefined {
  switch (dtype) {
    case 'float32': {
      const f = simpleFunctions[op]
      return f && ((fn, x) => f(floatMath(fn, 'f32x4'), x!))
    }
    case 'float64': {
      const f = simpleFunctions[op]
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
