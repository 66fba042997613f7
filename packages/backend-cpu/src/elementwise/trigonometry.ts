import { importedFunction } from '../assembler/index.ts'
import {
  type FloatMath,
  floatMath,
  type Vectors,
  vectorOp,
  vectorShift,
  vectorShuffle,
} from './vector-math.ts'

/*
 * |x| = n·π/2 + r with |r| ≤ π/4, in double precision. The first part of π/2 has 33 bits: its product with an n of
 * up to 17 bits is exact, so r keeps all digits of a float even close to multiples of π/2.
 */
const largest = 2 ** 17
const twoOverPi = 0.6366197723675814
const halfPiHigh = 1.5707963267341256
const halfPiLow = 6.077100506506192e-11
const roundingShift = 2 ** 52 + 2 ** 51

/** (sin r − r) / r³ and (cos r − 1 + r²/2) / r⁴ in r²: minimax fits with relative errors of 3.9e−9 and 1.2e−10. */
const sinCoefficients = [-0.00019514632, 0.008332155645, -0.1666665524]
const cosCoefficients = [2.443241465e-5, -0.001388730947, 0.04166664556]

/** sin(x), to 2 ulp. */
export function sin(m: FloatMath, x: Vectors): Vectors {
  const { r, quadrant } = reduce(m, m.abs(x))
  return withLargeArguments(m, 'sin', x, m.xor(ofQuadrant(m, r, quadrant), m.signOf(x)))
}

/** cos(x), to 2 ulp. */
export function cos(m: FloatMath, x: Vectors): Vectors {
  const { r, quadrant } = reduce(m, m.abs(x))
  const shifted = vectorOp(m.fn, 'i32x4.add', quadrant, 1)
  return withLargeArguments(m, 'cos', x, ofQuadrant(m, r, shifted))
}

function reduce(m: FloatMath, x: Vectors): { r: Vectors; quadrant: Vectors } {
  const { fn } = m
  const d = floatMath(fn, 'f64x2')
  const halves = [x, vectorShuffle(fn, [1, 1], x, x)].map((pair) => {
    const wide = vectorOp(fn, 'f64x2.promote_low_f32x4', pair)
    const rounded = d.madd(wide, twoOverPi, roundingShift)
    const n = d.sub(rounded, roundingShift)
    const r = d.sub(d.sub(wide, d.mul(n, halfPiHigh)), d.mul(n, halfPiLow))
    return { rounded, r: vectorOp(fn, 'f32x4.demote_f64x2_zero', r) }
  })
  const [low, high] = halves as [(typeof halves)[0], (typeof halves)[0]]
  return {
    r: vectorShuffle(fn, [0, 1, 4, 5], low.r, high.r),
    quadrant: vectorShuffle(fn, [0, 2, 4, 6], low.rounded, high.rounded),
  }
}

/** sin(r), cos(r), −sin(r) or −cos(r) for quadrants 0 to 3 modulo 4. */
function ofQuadrant(m: FloatMath, r: Vectors, quadrant: Vectors): Vectors {
  const { fn } = m
  const square = m.mul(r, r)
  const sine = m.madd(m.mul(square, m.polynomial(square, sinCoefficients)), r, r)
  const quartic = m.mul(m.mul(square, square), m.polynomial(square, cosCoefficients))
  const cosine = m.add(m.madd(square, -0.5, quartic), 1)
  const isOdd = vectorShift(fn, 'i32x4.shr_s', vectorShift(fn, 'i32x4.shl', quadrant, 31), 31)
  const sign = m.signOf(vectorShift(fn, 'i32x4.shl', quadrant, 30))
  return m.xor(m.select(isOdd, cosine, sine), sign)
}

/** Where n would not be exact, and for infinities and NaN, the host computes what the vectors cannot. */
function withLargeArguments(m: FloatMath, name: 'sin' | 'cos', x: Vectors, result: Vectors): Vectors {
  const { fn } = m
  const host = importedFunction(name, ['f64'], ['f64'])
  const isSmall = m.le(m.abs(x), largest)
  const allSmall = fn.local('v128')
  fn.set(allSmall, isSmall[0]!)
  for (const mask of isSmall.slice(1)) fn.op('v128.and', allSmall, mask).set(allSmall)
  fn.op('i32x4.all_true', allSmall)
    .op('i32.eqz')
    .if(() => {
      const exact = fn.local('v128')
      for (const [i, vector] of x.entries()) {
        for (const lane of [0, 1, 2, 3]) {
          fn.get(exact).lane('f32x4.extract_lane', lane, vector).op('f64.promote_f32')
          fn.call(host).op('f32.demote_f64').lane('f32x4.replace_lane', lane).set(exact)
        }
        fn.op('v128.bitselect', result[i]!, exact, isSmall[i]!).set(result[i]!)
      }
    })
  return result
}
