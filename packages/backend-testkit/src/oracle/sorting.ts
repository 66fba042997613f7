import type { OracleArray } from './array.ts'
import { linesOf } from './lines.ts'
import { normalAxis } from './movement.ts'

/** Along which axis, and whether the greatest comes first. */
export interface SortAttributes {
  readonly axis: number
  readonly descending: boolean
}

const isNotANumber = Number.isNaN

/** Whether a comes before b; NaN is the greatest, and ±0 are equal. */
function isLess(a: number, b: number): boolean {
  return a < b || (isNotANumber(b) && !isNotANumber(a))
}

/** The positions that sort a line: each is inserted behind those that do not come after it. */
function order(values: readonly number[], descending: boolean): number[] {
  const positions: number[] = []
  values.forEach((value, i) => {
    let place = positions.length
    while (place > 0) {
      const before = values[positions[place - 1]!]!
      if (descending ? !isLess(before, value) : !isLess(value, before)) break
      place--
    }
    positions.splice(place, 0, i)
  })
  return positions
}

/** The first `count` elements in order along an axis, and their positions. */
export function sortFirst(
  x: OracleArray,
  { axis, descending }: SortAttributes,
  count: number,
): readonly [values: OracleArray, indices: OracleArray] {
  const along = normalAxis(axis, x.shape.length)
  const shape = x.shape.map((side, i) => (i === along ? count : side))
  const to = linesOf({ ...x, shape }, along)
  const values = shape.reduce((size, side) => size * side, 1)
  const chosen = new Array<number>(values)
  const indices = new Array<number>(values)
  linesOf(x, along).forEach((from, line) => {
    const positions = order(
      from.map((position) => x.values[position]!),
      descending,
    )
    to[line]?.forEach((target, i) => {
      chosen[target] = x.values[from[positions[i]!]!]!
      indices[target] = positions[i]!
    })
  })
  return [
    { shape, dtype: x.dtype, values: chosen },
    { shape, dtype: 'int32', values: indices },
  ]
}

/** The number of sorted elements that come before each value, those that are equal to it with `side` right. */
export function searchSorted(sorted: OracleArray, values: OracleArray, side: 'left' | 'right'): OracleArray {
  const length = sorted.shape.at(-1)!
  const perLine = sorted.shape.length === 1 ? values.values.length : values.shape.at(-1)!
  const places = values.values.map((value, i) => {
    const start = Math.floor(i / perLine) * length
    const line = sorted.values.slice(start, start + length)
    return line.filter((element) => (side === 'left' ? isLess(element, value) : !isLess(value, element)))
      .length
  })
  return { shape: values.shape, dtype: 'int32', values: places }
}
