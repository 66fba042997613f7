import type { DType } from '@tapegrad/core'
import { build, elementAt, indicesOf, type OracleArray, positionOf, store, toNumeric } from './array.ts'
import { broadcastShapes, broadcastTo, normalAxis } from './movement.ts'

/** The multi-index with one position replaced. */
function at(index: readonly number[], axis: number, i: number): number[] {
  return index.map((old, d) => (d === axis ? i : old))
}

/** out[…, i…, …] = x[…, indices[i…], …]. */
export function gather(x: OracleArray, indices: OracleArray, axis: number): OracleArray {
  const along = normalAxis(axis, x.shape.length)
  const rank = indices.shape.length
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)]
  return build(shape, x.dtype, (index) => {
    const selected = elementAt(indices, index.slice(along, along + rank))
    return elementAt(x, [...index.slice(0, along), selected, ...index.slice(along + rank)])
  })
}

/** out[…, i, …] = x[…, indices[…, i, …], …], broadcast along the other axes. */
export function takeAlongAxis(x: OracleArray, indices: OracleArray, axis: number): OracleArray {
  const along = normalAxis(axis, x.shape.length)
  const lines = broadcastShapes(at(x.shape, along, 1), at(indices.shape, along, 1))
  const source = broadcastTo(x, at(lines, along, x.shape[along]!))
  const positions = broadcastTo(indices, at(lines, along, indices.shape[along]!))
  return build(positions.shape, x.dtype, (index) =>
    elementAt(source, at(index, along, elementAt(positions, index))),
  )
}

/** x with updates[…, i…, …] added at […, indices[i…], …]. */
export function scatterAdd(
  x: OracleArray,
  indices: OracleArray,
  updates: OracleArray,
  axis: number,
): OracleArray {
  const along = normalAxis(axis, x.shape.length)
  const rank = indices.shape.length
  const dtype = toNumeric(x.dtype)
  const sums = [...x.values]
  for (const index of indicesOf(updates.shape)) {
    const selected = elementAt(indices, index.slice(along, along + rank))
    const target = [...index.slice(0, along), selected, ...index.slice(along + rank)]
    sums[positionOf(x.shape, target)]! += elementAt(updates, index)
  }
  return { shape: x.shape, dtype, values: sums.map((value) => store(value, dtype)) }
}

export interface OneHotAttributes {
  readonly depth: number
  readonly axis: number
  readonly onValue: number
  readonly offValue: number
  readonly dtype: DType
}

/** onValue where the new axis has the position that the index names, else offValue. */
export function oneHot(
  indices: OracleArray,
  { depth, axis, onValue, offValue, dtype }: OneHotAttributes,
): OracleArray {
  const along = normalAxis(axis, indices.shape.length + 1)
  const shape = [...indices.shape.slice(0, along), depth, ...indices.shape.slice(along)]
  return build(shape, dtype, (index) => {
    const named = elementAt(
      indices,
      index.filter((_, d) => d !== along),
    )
    return named === index[along] ? onValue : offValue
  })
}
