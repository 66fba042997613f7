import type { DType } from '@tapegrad/core'
import { indicesOf, isFloatType, type OracleArray } from '../oracle/array.ts'

/** How far a result may be from the oracle's: |received − expected| ≤ absolute + relative · |expected|. */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
}

/** The tolerances of an op for results in the two float dtypes; integers and bools are exact. */
export interface Tolerances {
  readonly float32: Tolerance
  readonly float64: Tolerance
}

const exact: Tolerance = { absolute: 0, relative: 0 }

/** Throws where a result differs from the oracle's in dtype, shape or any element. */
export function compare(
  what: string,
  received: OracleArray,
  expected: OracleArray,
  tolerances: Tolerances,
  signedZeros = false,
): void {
  if (received.dtype !== expected.dtype) throw differing(`${what} has another dtype`, received, expected)
  const sameShape =
    received.shape.length === expected.shape.length &&
    received.shape.every((side, axis) => side === expected.shape[axis])
  if (!sameShape) throw differing(`${what} has another shape`, received, expected)
  if (received.values.length !== expected.values.length) {
    throw new Error(`${what} has ${received.values.length} elements, expected are ${expected.values.length}`)
  }
  const tolerance = toleranceOf(received.dtype, tolerances)
  const first = expected.values.findIndex(
    (value, i) => !isClose(received.values[i]!, value, tolerance, signedZeros),
  )
  if (first < 0) return
  const wrong = expected.values.filter(
    (value, i) => !isClose(received.values[i]!, value, tolerance, signedZeros),
  ).length
  const index = indicesOf(expected.shape)[first]!
  throw new Error(
    [
      `${what} is wrong in ${wrong} of ${expected.values.length} elements, first at [${index.join(', ')}]`,
      `expected: ${show(expected.values[first]!)} (${describeArray(expected)})`,
      `received: ${show(received.values[first]!)}`,
      `tolerance: ${tolerance.absolute} + ${tolerance.relative} · |expected|`,
    ].join('\n  '),
  )
}

/** What was received, but as expected where a backend may do what it likes: NaN and infinities, where it lacks them. */
export function withoutSpecials(received: OracleArray, expected: OracleArray): OracleArray {
  if (!isFloatType(expected.dtype) || received.values.length !== expected.values.length) return received
  const values = received.values.map((value, i) => {
    const wanted = expected.values[i]!
    return Number.isFinite(wanted) ? value : wanted
  })
  return { ...received, values }
}

function toleranceOf(dtype: DType, tolerances: Tolerances): Tolerance {
  if (!isFloatType(dtype)) return exact
  return dtype === 'float64' ? tolerances.float64 : tolerances.float32
}

function isClose(
  received: number,
  expected: number,
  { absolute, relative }: Tolerance,
  signedZeros: boolean,
): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(received)
  if (expected === 0 && signedZeros) return Object.is(received, expected)
  if (received === expected) return true
  return Math.abs(received - expected) <= absolute + relative * Math.abs(expected)
}

function differing(what: string, received: OracleArray, expected: OracleArray): Error {
  return new Error(`${what}\n  expected: ${describeArray(expected)}\n  received: ${describeArray(received)}`)
}

function describeArray({ dtype, shape }: OracleArray): string {
  return `${dtype}[${shape.join(', ')}]`
}

function show(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
