import { build, elementAt, type OracleArray, toFloat } from './array.ts'

/** Elements divided by 1 − rate where `kept`, which broadcasts from sides of 1, is true, and 0 elsewhere. */
export function dropout(x: OracleArray, kept: OracleArray, rate: number): OracleArray {
  return build(x.shape, toFloat(x.dtype), (index) => {
    const own = index.map((i, axis) => (kept.shape[axis] === 1 ? 0 : i))
    return elementAt(kept, own) === 0 ? 0 : elementAt(x, index) / (1 - rate)
  })
}

/** The rows of a table at indices. */
export function embedding(table: OracleArray, indices: OracleArray): OracleArray {
  const rank = indices.shape.length
  return build([...indices.shape, table.shape[1]!], table.dtype, (index) =>
    elementAt(table, [elementAt(indices, index.slice(0, rank)), index[rank]!]),
  )
}
