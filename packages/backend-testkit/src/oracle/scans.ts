import type { DType } from '@tapegrad/core'
import { isFloatType, type OracleArray, store } from './array.ts'
import { flat, linesOf } from './lines.ts'
import { normalAxis } from './movement.ts'

/** Along which axis (as one line of all elements where none is named), and how. */
export interface ScanAttributes {
  readonly axis?: number
  readonly exclusive?: boolean
  readonly reverse?: boolean
}

type Combine = (state: number, value: number) => number

/** Each element's state after those before it; integers in arithmetic modulo 2³². */
function scan(
  x: OracleArray,
  { axis, exclusive = false, reverse = false }: ScanAttributes,
  ofNothing: number,
  [ofFloats, ofIntegers]: readonly [Combine, Combine],
): OracleArray {
  const from = axis === undefined ? flat(x) : x
  const dtype: DType = isFloatType(x.dtype) ? x.dtype : 'int32'
  const combine = isFloatType(dtype) ? ofFloats : ofIntegers
  const values = [...x.values]
  for (const line of linesOf(from, axis === undefined ? 0 : normalAxis(axis, x.shape.length))) {
    let state = ofNothing
    for (const position of reverse ? line.reverse() : line) {
      const before = state
      state = combine(state, x.values[position]!)
      values[position] = store(exclusive ? before : state, dtype)
    }
  }
  return { shape: from.shape, dtype, values }
}

export function cumsum(x: OracleArray, attributes: ScanAttributes): OracleArray {
  return scan(x, attributes, 0, [(a, b) => a + b, (a, b) => (a + b) | 0])
}

export function cumprod(x: OracleArray, attributes: ScanAttributes): OracleArray {
  return scan(x, attributes, 1, [(a, b) => a * b, Math.imul])
}

/** The extremes so far and their positions; the last of equals, and a NaN before everything else. */
export function cumulativeExtreme(
  x: OracleArray,
  { axis }: ScanAttributes,
  isAtLeast: (value: number, best: number) => boolean,
): readonly [values: OracleArray, indices: OracleArray] {
  const from = axis === undefined ? flat(x) : x
  const values = [...x.values]
  const indices = [...x.values]
  for (const line of linesOf(from, axis === undefined ? 0 : normalAxis(axis, x.shape.length))) {
    let best = 0
    line.forEach((position, i) => {
      const [value, previous] = [x.values[position]!, x.values[line[best]!]!]
      if (Number.isNaN(value) || isAtLeast(value, previous)) best = i
      values[position] = x.values[line[best]!]!
      indices[position] = best
    })
  }
  return [
    { ...from, values },
    { shape: from.shape, dtype: 'int32', values: indices },
  ]
}
