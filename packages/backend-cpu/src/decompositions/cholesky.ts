import type { CpuView } from '../views.ts'
import { copyMatrix, type ForEachMatrix, indexOf, type Matrix, rowFrom, rowsFrom } from './matrices.ts'

/** Cholesky's factor, as core's `choleskyKernel` says. */
export type Cholesky = (x: CpuView, out: CpuView) => void

/** Makes the kernel. */
export function makeCholesky(forEachMatrix: ForEachMatrix): Cholesky {
  return (x, out) =>
    forEachMatrix([x, out], ([from, to]) => {
      copyMatrix(from!, to!)
      const isDefinite = factorize(to!)
      finishTriangles(to!, isDefinite)
    })
}

/**
 * Puts the factor into the lower triangle; false where a pivot is not positive.
 *
 * Each column is also written above the diagonal, as the row that is subtracted from all rows below.
 */
function factorize(a: Matrix): boolean {
  const { data, rows: n, subtract } = a
  for (let k = 0; k < n; k++) {
    const pivot = data[indexOf(a, k, k)]!
    if (!(pivot > 0)) return false
    const root = Math.sqrt(pivot)
    data[indexOf(a, k, k)] = root
    for (let i = k + 1; i < n; i++) {
      const below = indexOf(a, i, k)
      data[below]! /= root
      data[indexOf(a, k, i)] = data[below]!
    }
    const left = n - k - 1
    subtract(rowsFrom(a, k + 1, k + 1), rowsFrom(a, k + 1, k), rowFrom(a, k, k + 1), left, left)
  }
  return true
}

function finishTriangles(a: Matrix, isDefinite: boolean): void {
  for (let i = 0; i < a.rows; i++) {
    const diagonal = indexOf(a, i, i)
    if (!isDefinite) a.data.fill(Number.NaN, indexOf(a, i, 0), diagonal + 1)
    a.data.fill(0, diagonal + 1, indexOf(a, i + 1, 0))
  }
}
