import { indicesOf, type OracleArray, positionOf } from './array.ts'

/** The elements along one axis and where each lies in the row-major order, for each place along the other axes. */
export function linesOf(x: OracleArray, axis: number): number[][] {
  const starts = indicesOf(x.shape.map((side, i) => (i === axis ? Math.min(side, 1) : side)))
  return starts.map((start) =>
    Array.from({ length: x.shape[axis]! }, (_, i) =>
      positionOf(
        x.shape,
        start.map((index, d) => (d === axis ? i : index)),
      ),
    ),
  )
}

/** The array as one line of all its elements. */
export function flat(x: OracleArray): OracleArray {
  return { ...x, shape: [x.values.length] }
}
