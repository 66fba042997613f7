import type { DType } from '@tapegrad/core'
import { isFloatType, store } from '../oracle/array.ts'

/** Numbers from 0 to 1, the same for the same seed (Mulberry32, Tommy Ettinger). */
function randomNumbers(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Draws the i-th value of an array from uniform numbers in [0, 1). */
export type Domain = (next: () => number, i: number) => number

/** Values in [low, high). */
export function between(low: number, high: number): Domain {
  return (next) => low + (high - low) * next()
}

/** Multiples of `step` from low to high, so that ties are common and quotients are exact. */
export function grid(low: number, high: number, step: number): Domain {
  const count = Math.round((high - low) / step) + 1
  return (next) => low + step * Math.floor(next() * count)
}

/** Values with a magnitude in [low, high) and any sign. */
export function awayFromZero(low: number, high: number): Domain {
  return (next) => (next() < 0.5 ? -1 : 1) * (low + (high - low) * next())
}

/** Magnitudes over many powers of ten, with any sign. */
export function manyMagnitudes(least: number, most: number): Domain {
  const [low, high] = [Math.log(least), Math.log(most)]
  return (next) => (next() < 0.5 ? -1 : 1) * Math.exp(low + (high - low) * next())
}

/** Now from one domain, now from another. */
export function mixture(...domains: readonly Domain[]): Domain {
  return (next, i) => domains[Math.floor(next() * domains.length)]!(next, i)
}

/** Values between low and high that are at least 0.1 away from every multiple of ½, where activations have kinks. */
export function betweenKinks(low: number, high: number): Domain {
  return (next) => {
    const cell = Math.floor(next() * (high - low) * 2)
    return low + cell / 2 + 0.1 + 0.3 * next()
  }
}

/** The integers at the ends of int32 and around 0, where additions wrap and divisions overflow. */
export const extremeIntegers: Domain = (next) => extremes[Math.floor(next() * extremes.length)]!

const extremes = [-(2 ** 31), -(2 ** 31), 2 ** 31 - 1, -1, -1, 0, 1, 2, -3, 65_536]

const goldenRatio = (Math.sqrt(5) - 1) / 2

/** Values that all differ by about the range over their number, in no order. */
export function distinct(low: number, high: number): Domain {
  return (_, i) => low + (high - low) * ((0.37 + (i + 1) * goldenRatio) % 1)
}

/** Ordinary numbers. */
export const real: Domain = /* @__PURE__ */ between(-4, 4)

/** What floats can be besides ordinary numbers. */
const specials = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -3, 1e30, -1e30, 1e-30]

/** NaN, infinities, both zeros, and numbers around them. */
export const specialValues: Domain = (next) => specials[Math.floor(next() * specials.length)]!

/** The same without numbers whose sums depend on the order in which they are added. */
export const summableSpecials: Domain = (next) => summable[Math.floor(next() * summable.length)]!

const summable = [Number.NaN, Infinity, -Infinity, 0, -0, 1, 1, 1, -1, -1, 0.5, 2, 2, -3]

/** Elements of a dtype from a domain: floats as they are, integers rounded, bools by chance. */
export function drawValues(dtype: DType, length: number, domain: Domain, seed: number): number[] {
  const next = randomNumbers(seed)
  return Array.from({ length }, (_, i) => {
    const value = domain(next, i)
    if (isFloatType(dtype)) return store(value, dtype)
    if (dtype === 'bool') return next() < 0.5 ? 0 : 1
    return store(Math.round(dtype === 'uint8' ? Math.abs(value) : value), dtype)
  })
}
