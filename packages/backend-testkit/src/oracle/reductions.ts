import type { DType } from '@tapegrad/core'
import { elementAt, indicesOf, isFloatType, type OracleArray, store, toFloat } from './array.ts'
import { normalAxis } from './movement.ts'

/** Which axes to reduce (all where none are named) and whether they stay with size 1. */
export interface ReduceAttributes {
  readonly axis?: number | readonly number[]
  readonly keepDims?: boolean
}

/** The same for the position of one element. */
export interface ArgAttributes extends ReduceAttributes {
  readonly axis?: number
}

/** One number from the elements that fall together. */
type Reducer = (elements: readonly number[], dtype: DType) => number

/** An array whose elements are computed from the elements along the axes. */
function reduce(
  x: OracleArray,
  { axis, keepDims = false }: ReduceAttributes,
  dtype: DType,
  reducer: Reducer,
): OracleArray {
  const rank = x.shape.length
  const named = axis === undefined ? x.shape.map((_, i) => i) : [axis].flat().map((a) => normalAxis(a, rank))
  const kept = x.shape.map((side, i) => (named.includes(i) ? 1 : side))
  const reduced = indicesOf(x.shape.map((side, i) => (named.includes(i) ? side : 1)))
  const values = indicesOf(kept).map((index) => {
    const elements = reduced.map((inner) =>
      elementAt(
        x,
        index.map((i, d) => i + inner[d]!),
      ),
    )
    return store(reducer(elements, x.dtype), dtype)
  })
  return { shape: keepDims ? kept : kept.filter((_, i) => !named.includes(i)), dtype, values }
}

const isInteger = (dtype: DType): boolean => !isFloatType(dtype)

/** Sums and products of small integers are int32. */
const summed = (dtype: DType): DType => (dtype === 'bool' || dtype === 'uint8' ? 'int32' : dtype)

const total: Reducer = (elements, dtype) =>
  isInteger(dtype)
    ? Number(
        BigInt.asIntN(
          32,
          elements.reduce((sum, value) => sum + BigInt(value), 0n),
        ),
      )
    : elements.reduce((sum, value) => sum + value, 0)

const product: Reducer = (elements, dtype) =>
  isInteger(dtype)
    ? Number(
        BigInt.asIntN(
          32,
          elements.reduce((result, value) => result * BigInt(value), 1n),
        ),
      )
    : elements.reduce((result, value) => result * value, 1)

const largest: Reducer = (elements) => Math.max(...elements)
const smallest: Reducer = (elements) => Math.min(...elements)

export type ReduceOracle = (x: OracleArray, attributes: ReduceAttributes) => OracleArray

export const sum: ReduceOracle = (x, attributes) => reduce(x, attributes, summed(x.dtype), total)
export const prod: ReduceOracle = (x, attributes) => reduce(x, attributes, summed(x.dtype), product)
export const max: ReduceOracle = (x, attributes) => reduce(x, attributes, x.dtype, largest)
export const min: ReduceOracle = (x, attributes) => reduce(x, attributes, x.dtype, smallest)

export const mean: ReduceOracle = (x, attributes) =>
  reduce(x, attributes, toFloat(x.dtype), (elements) => {
    return elements.reduce((result, value) => result + value, 0) / elements.length
  })

export const logSumExp: ReduceOracle = (x, attributes) =>
  reduce(x, attributes, toFloat(x.dtype), (elements) => {
    const peak = Math.max(...elements)
    if (!Number.isFinite(peak)) return peak
    return peak + Math.log(elements.reduce((result, value) => result + Math.exp(value - peak), 0))
  })

export const any: ReduceOracle = (x, attributes) =>
  reduce(x, attributes, 'bool', (elements) => (elements.some((value) => value !== 0) ? 1 : 0))

export const all: ReduceOracle = (x, attributes) =>
  reduce(x, attributes, 'bool', (elements) => (elements.every((value) => value !== 0) ? 1 : 0))

/** Σ (x − mean)² / (n − correction), or its root; NaN where n is not greater than the correction. */
export function variance(
  x: OracleArray,
  { correction, ...attributes }: ReduceAttributes & { readonly correction: number },
  squared: boolean,
): OracleArray {
  return reduce(x, attributes, toFloat(x.dtype), (elements) => {
    const center = elements.reduce((result, value) => result + value, 0) / elements.length
    const squares = elements.reduce((result, value) => result + (value - center) ** 2, 0)
    const quotient = elements.length > correction ? squares / (elements.length - correction) : Number.NaN
    return squared ? quotient : Math.sqrt(quotient)
  })
}

/** The position of the first NaN, else of the first element that no other exceeds. */
function firstExtreme(exceeds: (a: number, b: number) => boolean): Reducer {
  return (elements) => {
    const firstNaN = elements.findIndex((value) => Number.isNaN(value))
    if (firstNaN >= 0) return firstNaN
    return elements.findIndex((value) => elements.every((other) => !exceeds(other, value)))
  }
}

const argLargest = /* @__PURE__ */ firstExtreme((a, b) => a > b)
const argSmallest = /* @__PURE__ */ firstExtreme((a, b) => a < b)

export const argMax: ReduceOracle = (x, attributes) => reduce(x, attributes, 'int32', argLargest)
export const argMin: ReduceOracle = (x, attributes) => reduce(x, attributes, 'int32', argSmallest)

/** Σ [x ≠ 0] */
export const countNonZero: ReduceOracle = (x, attributes) =>
  reduce(x, attributes, 'int32', (elements) => elements.filter((value) => value !== 0).length)

/** (Σ |x|ᵖ)^(1/p), and its limits. */
export function norm(
  x: OracleArray,
  { ord, ...attributes }: ReduceAttributes & { readonly ord: number },
): OracleArray {
  return reduce(x, attributes, toFloat(x.dtype), (elements) => {
    const sizes = elements.map(Math.abs)
    if (ord === Infinity) return Math.max(0, ...sizes)
    if (ord === -Infinity) return Math.min(Infinity, ...sizes)
    if (ord === 0) return sizes.filter((size) => size !== 0).length
    return sizes.reduce((total, size) => total + size ** ord, 0) ** (1 / ord)
  })
}

/** What is taken where a quantile lies between two elements. */
export const interpolations = ['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const

export interface QuantileAttributes extends ReduceAttributes {
  readonly interpolation: (typeof interpolations)[number]
}

/** The element at the place q · (n − 1) of sorted ones; NaN where any is NaN. */
export function quantile(
  x: OracleArray,
  q: number,
  { interpolation, ...attributes }: QuantileAttributes,
): OracleArray {
  return reduce(x, attributes, toFloat(x.dtype), (elements) => {
    if (elements.some((value) => Number.isNaN(value))) return Number.NaN
    const sorted = [...elements].sort((a, b) => (a < b ? -1 : 1))
    const place = q * (elements.length - 1)
    const part = place - Math.floor(place)
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
    if (low === high || interpolation === 'lower') return low
    if (interpolation === 'higher') return high
    if (interpolation === 'midpoint') return low / 2 + high / 2
    if (interpolation === 'linear') return low * (1 - part) + high * part
    const isUp = part === 0.5 ? Math.floor(place) % 2 === 1 : part > 0.5
    return isUp ? high : low
  })
}
