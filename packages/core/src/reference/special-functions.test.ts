import { expect, test } from 'vitest'
import { erf, erfc } from './special-functions.ts'

/** x, erf(x), erfc(x) and erfc(−x), computed with mpmath 1.3 to 300 bits and rounded. */
const exact = [
  [1e-300, 1.1283791670955126e-300, 1, 1],
  [1e-9, 1.1283791670955127e-9, 0.9999999988716208, 1.0000000011283792],
  [0.1, 0.1124629160182849, 0.887537083981715, 1.1124629160182848],
  [0.3, 0.3286267594591274, 0.6713732405408726, 1.3286267594591274],
  [0.5, 0.5204998778130465, 0.4795001221869535, 1.5204998778130465],
  [0.7499, 0.7110913357245858, 0.2889086642754142, 1.7110913357245858],
  [0.75, 0.7111556336535151, 0.28884436634648486, 1.7111556336535152],
  [0.76, 0.7175367528055908, 0.28246324719440913, 1.717536752805591],
  [0.8499, 0.7706132659796439, 0.22938673402035614, 1.7706132659796439],
  [0.85, 0.7706680576083526, 0.22933194239164748, 1.7706680576083524],
  [0.9, 0.7969082124228322, 0.20309178757716786, 1.7969082124228322],
  [1, 0.8427007929497149, 0.15729920705028513, 1.8427007929497148],
  [1.5, 0.9661051464753108, 0.033894853524689274, 1.9661051464753108],
  [2, 0.9953222650189527, 0.004677734981047266, 1.9953222650189528],
  [3, 0.9999779095030014, 2.209049699858544e-5, 1.9999779095030015],
  [4, 0.9999999845827421, 1.541725790028002e-8, 1.999999984582742],
  [4.01, 0.9999999858030606, 1.4196939421371052e-8, 1.9999999858030606],
  [5, 0.9999999999984626, 1.537459794428035e-12, 1.9999999999984626],
  [6, 1, 2.1519736712498913e-17, 2],
] as const

const epsilon = 2 ** -52

/** The difference in units in the last place of the exact value. */
function ulps(value: number, of: number): number {
  return Math.abs(value - of) / (2 ** Math.floor(Math.log2(Math.abs(of))) * epsilon)
}

test.each(exact)('erf and erfc of %d', (x, erfOfX, erfcOfX, erfcOfMinusX) => {
  expect(ulps(erf(x), erfOfX)).toBeLessThanOrEqual(2)
  expect(erf(-x)).toBe(-erf(x))
  expect(ulps(erfc(x), erfcOfX)).toBeLessThanOrEqual(8)
  expect(ulps(erfc(-x), erfcOfMinusX)).toBeLessThanOrEqual(2)
})

test.each([
  [8, 1.1224297172982926e-29],
  [10, 2.088487583762545e-45],
  [15, 7.212994172451207e-100],
  [20, 5.395865611607901e-176],
  [26, 5.663192408856143e-296],
])('erfc keeps its digits far out, at %d', (x, expected) => {
  expect(ulps(erfc(x), expected)).toBeLessThanOrEqual(8)
})

test('erf rises across the borders between its formulas', () => {
  for (const border of [0.46875, 0.85, 4]) {
    const below = border * (1 - 64 * epsilon)
    const above = border * (1 + 64 * epsilon)
    expect(erf(below)).toBeLessThanOrEqual(erf(above))
    expect(erfc(below)).toBeGreaterThanOrEqual(erfc(above))
  }
})

test('limits and special values', () => {
  expect(erf(0)).toBe(0)
  expect(erf(-0)).toBe(-0)
  expect(erf(Infinity)).toBe(1)
  expect(erf(-Infinity)).toBe(-1)
  expect(erf(Number.NaN)).toBeNaN()
  expect(erfc(0)).toBe(1)
  expect(erfc(Infinity)).toBe(0)
  expect(erfc(-Infinity)).toBe(2)
  expect(erfc(1e300)).toBe(0)
  expect(erfc(Number.NaN)).toBeNaN()
})
