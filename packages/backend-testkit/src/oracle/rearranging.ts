import { build, elementAt, elementCount, indicesOf, type OracleArray, store, toNumeric } from './array.ts'
import { normalAxis } from './movement.ts'

/** out[(i + shift) mod n] = x[i] along each axis, one axis after the other. */
export function roll(x: OracleArray, shifts: readonly number[], axes: readonly number[]): OracleArray {
  return axes.reduce((moved, axis, which) => {
    const along = normalAxis(axis, x.shape.length)
    const side = x.shape[along]!
    return build(x.shape, x.dtype, (index) => {
      const from = (index[along]! - shifts[which]!) % side
      return elementAt(moved, index.with(along, from < 0 ? from + side : from))
    })
  }, x)
}

/** Each slice along an axis as often as its count says. */
export function repeat(x: OracleArray, counts: readonly number[], axis: number): OracleArray {
  const along = normalAxis(axis, x.shape.length)
  const sources: number[] = []
  for (let i = 0; i < x.shape[along]!; i++) for (let n = 0; n < counts[i]!; n++) sources.push(i)
  return build(x.shape.with(along, sources.length), x.dtype, (index) =>
    elementAt(x, index.with(along, sources[index[along]!]!)),
  )
}

/** Zeros where `stays` is false of a row and a column. */
export function triangle(x: OracleArray, stays: (row: number, column: number) => boolean): OracleArray {
  return build(x.shape, x.dtype, (index) => (stays(index.at(-2)!, index.at(-1)!) ? elementAt(x, index) : 0))
}

export interface DiagonalAttributes {
  readonly offset: number
  readonly axis1: number
  readonly axis2: number
}

/** The elements whose column is the row + offset, along a last axis. */
export function diagonal(x: OracleArray, { offset, axis1, axis2 }: DiagonalAttributes): OracleArray {
  const rank = x.shape.length
  const [rows, columns] = [normalAxis(axis1, rank), normalAxis(axis2, rank)]
  const on: number[] = []
  for (let i = 0; i < x.shape[rows]!; i++) if (i + offset >= 0 && i + offset < x.shape[columns]!) on.push(i)
  const isOuter = (axis: number): boolean => axis !== rows && axis !== columns
  const outer = x.shape.filter((_, axis) => isOuter(axis))
  return build([...outer, on.length], x.dtype, (index) => {
    const rest = index.slice(0, -1)
    const row = on[index.at(-1)!]!
    return elementAt(
      x,
      x.shape.map((_, axis) => (axis === rows ? row : axis === columns ? row + offset : rest.shift()!)),
    )
  })
}

export function trace(x: OracleArray, attributes: DiagonalAttributes): OracleArray {
  const on = diagonal(x, attributes)
  const dtype = x.dtype === 'uint8' ? 'int32' : toNumeric(x.dtype)
  const length = on.shape.at(-1)!
  const outer = on.shape.slice(0, -1)
  const sums = indicesOf(outer).map((_, i) => {
    let total = 0
    for (let k = 0; k < length; k++) total += on.values[i * length + k]!
    return store(total, dtype)
  })
  return { shape: outer, dtype, values: sums.slice(0, elementCount(outer)) }
}

/** A matrix with a vector on a diagonal. */
export function diag({ dtype, values }: OracleArray, k: number): OracleArray {
  const side = values.length + Math.abs(k)
  const zeros: OracleArray = { shape: [side, side], dtype, values: new Array<number>(side * side).fill(0) }
  const filled = [...zeros.values]
  values.forEach((value, i) => {
    filled[(i + Math.max(0, -k)) * side + i + Math.max(0, k)] = value
  })
  return { ...zeros, values: filled }
}

export type RepeatingMode = 'edge' | 'reflect' | 'symmetric' | 'wrap'

/** Elements outside are found by stepping inward from where they lie. */
function inside(i: number, side: number, mode: RepeatingMode): number {
  let at = i
  while (at < 0 || at >= side) {
    if (mode === 'edge' || side === 1) at = Math.min(Math.max(at, 0), side - 1)
    else if (mode === 'wrap') at += at < 0 ? side : -side
    else if (mode === 'reflect') at = at < 0 ? -at : 2 * (side - 1) - at
    else at = at < 0 ? -1 - at : 2 * side - 1 - at
  }
  return at
}

export function padByRepeating(
  x: OracleArray,
  paddings: readonly (readonly number[])[],
  mode: RepeatingMode,
): OracleArray {
  const shape = x.shape.map((side, axis) => paddings[axis]![0]! + side + paddings[axis]![1]!)
  return build(shape, x.dtype, (index) =>
    elementAt(
      x,
      index.map((i, axis) => inside(i - paddings[axis]![0]!, x.shape[axis]!, mode)),
    ),
  )
}
