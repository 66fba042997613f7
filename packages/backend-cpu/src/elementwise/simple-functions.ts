import type { FloatMath, Vectors } from './vector-math.ts'

/** A function of floats in vectors. */
export type VectorFunction = (m: FloatMath, x: Vectors) => Vectors

type SimpleOp =
  | ('neg' | 'abs' | 'floor' | 'ceil' | 'trunc' | 'round' | 'sign')
  | ('sqrt' | 'rsqrt' | 'reciprocal' | 'square' | 'relu')

/** The functions that need no more than some instructions, in both float types. */
export const simpleFunctions: Readonly<Record<SimpleOp, VectorFunction>> = {
  neg: (m, x) => m.neg(x),
  abs: (m, x) => m.abs(x),
  floor: (m, x) => m.floor(x),
  ceil: (m, x) => m.ceil(x),
  trunc: (m, x) => m.trunc(x),
  round: (m, x) => m.nearest(x),
  sqrt: (m, x) => m.sqrt(x),
  rsqrt: (m, x) => m.div(1, m.sqrt(x)),
  reciprocal: (m, x) => m.div(1, x),
  square: (m, x) => m.mul(x, x),
  // Zeros and NaN are their own signs.
  sign: (m, x) => m.select(m.gt(m.abs(x), 0), m.or(m.signOf(x), 1), x),
  // Unlike a maximum this is two instructions, gives +0 for −0 and leaves NaN alone.
  relu: (m, x) => m.except(m.le(x, 0), x),
}
