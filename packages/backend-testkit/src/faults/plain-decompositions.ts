import {
  choleskyKernel,
  type Data,
  type KernelTable,
  luKernel,
  qrKernel,
  type TriangularSolveOptions,
  triangularSolveKernel,
  type View,
} from '@tapegrad/core'
import { dataOf, positionsOf } from './elements.ts'

type Matrix = number[][]

/** The matrices of a batch. */
function matricesOf(view: View): Matrix[] {
  const [count, rows, columns] = view.shape as readonly [number, number, number]
  const values = positionsOf(view as View<Data>).map((position) => dataOf(view)[position]!)
  return Array.from({ length: count }, (_, m) =>
    Array.from({ length: rows }, (_, i) =>
      values.slice((m * rows + i) * columns, (m * rows + i + 1) * columns),
    ),
  )
}

function write(view: View, values: readonly number[]): void {
  positionsOf(view as View<Data>).forEach((position, i) => {
    dataOf(view)[position] = values[i]!
  })
}

const writeMatrices = (view: View, matrices: readonly Matrix[]): void => write(view, matrices.flat(2))

/** A matrix's factors, the order of its rows, and the order's sign. */
export interface PlainLU {
  readonly lu: Matrix
  readonly order: readonly number[]
  readonly sign: number
}

/** Elimination with the largest pivot. */
export function eliminate(a: Matrix): PlainLU {
  const rows = a.map((row, i) => ({ row: [...row], i }))
  let sign = 1
  for (let k = 0; k < a.length; k++) {
    const sizes = rows.map(({ row }, i) => (i < k ? -1 : Math.abs(row[k]!)))
    const largest = sizes.indexOf(Math.max(...sizes))
    if (largest !== k) sign = -sign
    ;[rows[k], rows[largest]] = [rows[largest]!, rows[k]!]
    const { row: pivot } = rows[k]!
    for (const { row } of rows.slice(k + 1)) {
      row[k] = pivot[k] === 0 ? 0 : row[k]! / pivot[k]!
      for (let j = k + 1; j < row.length; j++) row[j]! -= row[k]! * pivot[j]!
    }
  }
  return { lu: rows.map(({ row }) => row), order: rows.map(({ i }) => i), sign }
}

/** The kernel of an elimination. */
export function luOf(f: (a: Matrix) => PlainLU) {
  return (x: View, lu: View, order: View, sign: View): void => {
    const factored = matricesOf(x).map(f)
    writeMatrices(
      lu,
      factored.map((result) => result.lu),
    )
    write(
      order,
      factored.flatMap((result) => result.order),
    )
    write(
      sign,
      factored.map((result) => result.sign),
    )
  }
}

/** The lower factor of a symmetric matrix; NaN in its triangle where there is none. */
export function choleskyFactor(a: Matrix): Matrix {
  const factor = a.map((row) => row.map(() => 0))
  for (let j = 0; j < a.length; j++) {
    for (let i = j; i < a.length; i++) {
      const known = factor[i]!.slice(0, j).reduce((sum, value, k) => sum + value * factor[j]![k]!, 0)
      factor[i]![j] = i === j ? Math.sqrt(a[i]![i]! - known) : (a[i]![j]! - known) / factor[j]![j]!
    }
  }
  if (a.every((_, i) => factor[i]![i]! > 0)) return factor
  return factor.map((row, i) => row.map((_, j) => (j <= i ? Number.NaN : 0)))
}

/** A kernel from matrices to matrices. */
export function matrixKernel(f: (a: Matrix) => Matrix) {
  return (x: View, out: View): void => writeMatrices(out, matricesOf(x).map(f))
}

/** Substitution, one unknown after the other. */
export function triangularSolve(
  a: View,
  b: View,
  { upper, transpose, unitDiagonal }: Required<TriangularSolveOptions>,
  out: View,
): void {
  const sides = matricesOf(b)
  const solved = matricesOf(a).map((matrix, m) => {
    const n = matrix.length
    const at = (i: number, j: number): number => (transpose ? matrix[j]![i]! : matrix[i]![j]!)
    const isForward = upper === transpose
    const x = sides[m]!
    for (let step = 0; step < n; step++) {
      const i = isForward ? step : n - 1 - step
      for (let other = 0; other < step; other++) {
        const j = isForward ? other : n - 1 - other
        x[i] = x[i]!.map((value, k) => value - at(i, j) * x[j]![k]!)
      }
      if (!unitDiagonal) x[i] = x[i]!.map((value) => value / at(i, i))
    }
    return x
  })
  writeMatrices(out, solved)
}

/** A matrix's factors; Q is square, and R has as many rows. */
export interface PlainQR {
  readonly q: Matrix
  readonly r: Matrix
}

/** One reflection for each column. */
export function reflectColumns(a: Matrix): PlainQR {
  const r = a.map((row) => [...row])
  const q = a.map((_row, i) => a.map((_, j) => Number(i === j)))
  const columns = a[0]!.length
  for (let k = 0; k < Math.min(a.length, columns); k++) {
    const v = r.map((row, i) => (i < k ? 0 : row[k]!))
    if (v.slice(k + 1).every((value) => value === 0)) continue
    v[k]! -= (v[k]! < 0 ? 1 : -1) * Math.hypot(...v)
    const half = v.reduce((sum, value) => sum + value * value, 0) / 2
    for (let j = 0; j < columns; j++) {
      const along = v.reduce((sum, value, i) => sum + value * r[i]![j]!, 0) / half
      for (const [i, value] of v.entries()) r[i]![j]! -= along * value
    }
    for (const row of q) {
      const along = v.reduce((sum, value, i) => sum + value * row[i]!, 0) / half
      for (const [i, value] of v.entries()) row[i]! -= along * value
    }
    for (let i = k + 1; i < a.length; i++) r[i]![k] = 0
  }
  return { q, r }
}

/** The kernel of a decomposition, which takes as much of the factors as is wanted. */
export function qrOf(f: (a: Matrix) => PlainQR) {
  return (x: View, q: View, r: View): void => {
    const factored = matricesOf(x).map(f)
    const common = q.shape[2]!
    writeMatrices(
      q,
      factored.map((result) => result.q.map((row) => row.slice(0, common))),
    )
    writeMatrices(
      r,
      factored.map((result) => result.r.slice(0, common)),
    )
  }
}

/** Adds the kernels of decompositions, as plain loops. */
export function addPlainDecompositions(kernels: KernelTable): KernelTable {
  return kernels
    .set(luKernel, luOf(eliminate))
    .set(choleskyKernel, matrixKernel(choleskyFactor))
    .set(triangularSolveKernel, triangularSolve)
    .set(qrKernel, qrOf(reflectColumns))
}
