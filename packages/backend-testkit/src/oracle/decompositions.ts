import { elementCount, type OracleArray, promote, store, toFloat } from './array.ts'
import { broadcastTo } from './movement.ts'

/** One matrix, in double precision. */
export type Matrix = number[][]

/** The matrices along the last two axes. */
function matricesOf({ shape, values }: OracleArray): Matrix[] {
  const [rows, columns] = shape.slice(-2) as [number, number]
  return Array.from({ length: elementCount(shape.slice(0, -2)) }, (_, m) =>
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => values[(m * rows + i) * columns + j]!),
    ),
  )
}

/** What a function of each matrix gives, as it is stored. */
function eachMatrix(
  x: OracleArray,
  shape: readonly number[],
  f: (a: Matrix) => Matrix | number,
): OracleArray {
  const dtype = toFloat(x.dtype)
  const values = matricesOf(x).flatMap((a) => [f(a)].flat(2) as number[])
  return { shape, dtype, values: values.map((value) => store(value, dtype)) }
}

/** With a number added at column i + `by` of each row i, counted around: far from singular where it is large. */
export function dominated(x: OracleArray, number: number, by = 0): OracleArray {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const values = x.values.map((value, position) => {
    const [i, j] = [Math.floor(position / columns) % rows, position % columns]
    return value + (j === (i + by) % columns ? number : 0)
  })
  return { ...x, dtype: x.dtype === 'bool' ? 'int32' : x.dtype, values }
}

/** The lower factor of each symmetric part, or NaN in its triangle where that is not positive definite. */
export function cholesky(x: OracleArray): OracleArray {
  return eachMatrix(x, x.shape, (a) => {
    const factor = a.map((row) => row.map(() => 0))
    let isDefinite = true
    a.forEach((row, i) => {
      for (let j = 0; j <= i; j++) {
        let left = (row[j]! + a[j]![i]!) / 2
        for (let k = 0; k < j; k++) left -= factor[i]![k]! * factor[j]![k]!
        if (i === j && !(left > 0)) isDefinite = false
        factor[i]![j] = i === j ? Math.sqrt(left) : left / factor[j]![j]!
      }
    })
    if (isDefinite) return factor
    return factor.map((row, i) => row.map((_, j) => (j <= i ? Number.NaN : 0)))
  })
}

/** The triangle that a solver reads. */
export interface Triangle {
  readonly upper: boolean
  readonly transpose: boolean
  readonly unitDiagonal: boolean
}

/** The same as whole matrices. */
function triangleOf(a: Matrix, { upper, transpose, unitDiagonal }: Triangle): Matrix {
  const read = a.map((row, i) =>
    row.map((value, j) => {
      if (i === j) return unitDiagonal ? 1 : value
      return upper === j > i ? value : 0
    }),
  )
  return transpose ? read.map((row, i) => row.map((_, j) => read[j]![i]!)) : read
}

interface Elimination {
  readonly solution: Matrix
  readonly determinant: number
}

/** Gauss's elimination with the largest pivot, of the matrix and the right sides at once. */
function eliminate(a: Matrix, b: Matrix = a.map(() => [])): Elimination {
  let determinant = 1
  const rows = a.map((row, i) => [...row, ...b[i]!])
  rows.forEach((_, k) => {
    let largest = k
    for (let i = k; i < rows.length; i++) {
      if (Math.abs(rows[i]![k]!) > Math.abs(rows[largest]![k]!)) largest = i
    }
    const pivot = rows[largest]!
    determinant *= largest === k ? pivot[k]! : -pivot[k]!
    rows[largest] = rows[k]!
    rows[k] = pivot.map((value) => value / pivot[k]!)
    rows.forEach((row, i) => {
      if (i === k) return
      const factor = row[k]!
      rows[k]!.forEach((value, j) => {
        row[j] = row[j]! - factor * value
      })
    })
  })
  return { solution: rows.map((row) => row.slice(a.length)), determinant }
}

/** The solutions of a · x = b, where b is a vector or matrices. */
export function solve(a: OracleArray, b: OracleArray, read: (a: Matrix) => Matrix = (x) => x): OracleArray {
  const isVector = b.shape.length === 1
  const n = a.shape.at(-1)!
  const columns = isVector ? { ...b, shape: [n, 1] } : b
  const batch = commonBatch(a.shape.slice(0, -2), columns.shape.slice(0, -2))
  const sides = broadcastTo(columns, [...batch, ...columns.shape.slice(-2)])
  const right = matricesOf(sides)
  const dtype = toFloat(promote(a.dtype, b.dtype))
  let next = 0
  return eachMatrix(
    { ...broadcastTo(a, [...batch, n, n]), dtype },
    isVector ? [...batch, n] : sides.shape,
    (matrix) => eliminate(read(matrix), right[next++]!).solution,
  )
}

export function inverse(x: OracleArray): OracleArray {
  return eachMatrix(
    x,
    x.shape,
    (a) =>
      eliminate(
        a,
        a.map((row, i) => row.map((_, j) => Number(i === j))),
      ).solution,
  )
}

export function determinant(x: OracleArray): OracleArray {
  return eachMatrix(x, x.shape.slice(0, -2), (a) => eliminate(a).determinant)
}

/** The signs, and the logarithms of the absolute values. */
export function slogdet(x: OracleArray): OracleArray[] {
  const of = (f: (determinant: number) => number): OracleArray =>
    eachMatrix(x, x.shape.slice(0, -2), (a) => f(eliminate(a).determinant))
  return [of(Math.sign), of((determinant) => Math.log(Math.abs(determinant)))]
}

export function triangularSolve(a: OracleArray, b: OracleArray, triangle: Triangle): OracleArray {
  return solve(a, b, (matrix) => triangleOf(matrix, triangle))
}

function commonBatch(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const [p, q] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1]
    return p === 1 ? q : p
  })
}

/** The factors by one whole reflection 1 − 2 · v · vᵀ / (vᵀ · v) for each column; q has as many columns as r has rows. */
export function qr(x: OracleArray, isComplete: boolean): OracleArray[] {
  const [m, n] = x.shape.slice(-2) as [number, number]
  const k = isComplete ? m : Math.min(m, n)
  const batch = x.shape.slice(0, -2)
  const q = eachMatrix(x, [...batch, m, k], (a) => reflect(a).q.map((row) => row.slice(0, k)))
  const r = eachMatrix(x, [...batch, k, n], (a) => reflect(a).r.slice(0, k))
  return [q, r]
}

function reflect(a: Matrix): { readonly q: Matrix; readonly r: Matrix } {
  let r = a
  let q = a.map((_, i) => a.map((_, j) => Number(i === j)))
  const columns = a[0]?.length ?? 0
  for (let k = 0; k < Math.min(a.length, columns); k++) {
    const v = r.map((row, i) => (i < k ? 0 : row[k]!))
    if (v.slice(k + 1).every((value) => value === 0)) continue
    v[k] = v[k]! + (v[k]! < 0 ? -1 : 1) * Math.hypot(...v)
    const weight = 2 / v.reduce((sum, value) => sum + value * value, 0)
    const reflection = v.map((p, i) => v.map((o, j) => Number(i === j) - weight * p * o))
    r = multiply(reflection, r).map((row, i) => row.map((value, j) => (i > j && j <= k ? 0 : value)))
    q = multiply(q, reflection)
  }
  return { q, r }
}

function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, i) => sum + value * b[i]![j]!, 0)))
}
