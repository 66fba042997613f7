import type { FunctionBuilder, PlainName } from '../assembler/index.ts'
import { floatMath, type Vectors, vectorOp, vectorShuffle } from './vector-math.ts'

/*
 * In double precision the floor of a quotient of floats or of 32-bit integers is exact; in single precision a quotient
 * just below an integer would round up to it.
 */

/** floor(a / b) of float32; as Python's it is NaN for infinite a and −1 for infinite b of the other sign. */
export function floorDivFloat32(fn: FunctionBuilder, a: Vectors, b: Vectors): Vectors {
  const m = floatMath(fn, 'f32x4')
  const [low, high] = floorsOfQuotients(fn, 'f64x2.promote_low_f32x4', a, b).map((half) =>
    vectorOp(fn, 'f32x4.demote_f64x2_zero', half),
  ) as [Vectors, Vectors]
  const floors = vectorShuffle(fn, [0, 1, 4, 5], low, high)
  const haveOtherSigns = vectorOp(fn, 'i32x4.lt_s', m.xor(a, b), 0)
  const isBelow0 = m.and(m.and(m.eq(m.abs(b), Infinity), m.gt(m.abs(a), 0)), haveOtherSigns)
  const isUndefined = m.and(m.eq(m.abs(a), Infinity), m.ne(b, 0))
  return m.select(isUndefined, Number.NaN, m.select(isBelow0, -1, floors))
}

/** floor(a / b) of int32, which wraps; 0 where b is 0. */
export function floorDivInt32(fn: FunctionBuilder, a: Vectors, b: Vectors): Vectors {
  const d = floatMath(fn, 'f64x2')
  // Then the integer stands in the low bits of the sum, modulo 2³²; those of an infinity or NaN are 0.
  const [low, high] = floorsOfQuotients(fn, 'f64x2.convert_low_i32x4_s', a, b).map((half) =>
    d.add(half, 2 ** 52 + 2 ** 51),
  ) as [Vectors, Vectors]
  return vectorShuffle(fn, [0, 2, 4, 6], low, high)
}

/** a − b·floor(a / b) of int32; 0 where b is 0. */
export function modInt32(fn: FunctionBuilder, a: Vectors, b: Vectors): Vectors {
  const product = vectorOp(fn, 'i32x4.mul', b, floorDivInt32(fn, a, b))
  const isDefined = vectorOp(fn, 'i32x4.ne', b, 0)
  return vectorOp(fn, 'v128.and', vectorOp(fn, 'i32x4.sub', a, product), isDefined)
}

/** floor(a / b) as doubles: of the lower two lanes of each vector, and of the upper two. */
function floorsOfQuotients(fn: FunctionBuilder, widen: PlainName, a: Vectors, b: Vectors): Vectors[] {
  const d = floatMath(fn, 'f64x2')
  const upper = (x: Vectors): Vectors => vectorShuffle(fn, [1, 1], x, x)
  const halves = [
    [a, b],
    [upper(a), upper(b)],
  ] as const
  return halves.map(([p, q]) => d.floor(d.div(vectorOp(fn, widen, p), vectorOp(fn, widen, q))))
}
