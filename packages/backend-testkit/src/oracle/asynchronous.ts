import { elementAt, elementCount, indicesOf, type OracleArray } from './array.ts'
import { normalAxis, reshape, slice, squeeze } from './movement.ts'

const int32 = (shape: readonly number[], values: readonly number[]): OracleArray => ({
  shape,
  dtype: 'int32',
  values,
})

/** The multi-indices of what is not 0. */
export function nonzero(x: OracleArray): OracleArray {
  const found = indicesOf(x.shape).filter((index) => elementAt(x, index) !== 0)
  return int32([found.length, x.shape.length], found.flat())
}

/** The elements where a mask for the axes from `axis` on is true, and 1 in x's shape where those are. */
export function booleanMask(x: OracleArray, mask: OracleArray, axis: number): [OracleArray, OracleArray] {
  const rank = mask.shape.length
  const isTaken = (index: readonly number[]): boolean => elementAt(mask, index.slice(axis, axis + rank)) !== 0
  const indices = indicesOf(x.shape)
  const shape = x.shape.toSpliced(axis, rank, mask.values.filter((flag) => flag !== 0).length)
  const values = indices.filter(isTaken).map((index) => elementAt(x, index))
  const marks = indices.map((index) => Number(isTaken(index)))
  return [
    { shape, dtype: x.dtype, values },
    { shape: x.shape, dtype: x.dtype, values: marks },
  ]
}

/** NaN comes last and equals itself. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, p] of a.entries()) {
    const q = b[i]!
    if (p === q || (Number.isNaN(p) && Number.isNaN(q))) continue
    if (Number.isNaN(p)) return 1
    return Number.isNaN(q) || p < q ? -1 : 1
  }
  return 0
}

/** The values, where each is first, which each element has, and how often each is there. */
export function unique(x: OracleArray, axis: number | undefined): OracleArray[] {
  const lines = axis === undefined ? reshape(x, [elementCount(x.shape)]) : x
  const along = axis === undefined ? 0 : normalAxis(axis, x.shape.length)
  const slices = Array.from({ length: lines.shape[along]! }, (_, i) =>
    slice(
      lines,
      lines.shape.map((_, d) => (d === along ? [i, i + 1, 1] : null)),
    ),
  )
  // Each new slice is put before the first that is greater.
  const different: number[] = []
  for (const [i, { values }] of slices.entries()) {
    if (different.some((other) => compare(slices[other]!.values, values) === 0)) continue
    const next = different.findIndex((other) => compare(slices[other]!.values, values) > 0)
    different.splice(next < 0 ? different.length : next, 0, i)
  }
  const inverse = slices.map(({ values }) =>
    different.findIndex((other) => compare(slices[other]!.values, values) === 0),
  )
  const shape = lines.shape.with(along, different.length)
  const values = indicesOf(shape).map((index) =>
    elementAt(squeeze(slices[different[index[along]!]!]!, [along]), index.toSpliced(along, 1)),
  )
  return [
    { shape, dtype: x.dtype, values },
    int32([different.length], different),
    int32(axis === undefined ? x.shape : [inverse.length], inverse),
    int32(
      [different.length],
      different.map((_, group) => inverse.filter((which) => which === group).length),
    ),
  ]
}
