import type { TriangularSolveOptions } from '@tapegrad/core'
import type { CpuView } from '../views.ts'
import { copyMatrix, type ForEachMatrix, indexOf, type Matrix, rowFrom, rowsFrom } from './matrices.ts'

type Triangle = Required<TriangularSolveOptions>

/** Substitution, as core's `triangularSolveKernel` says. */
export type TriangularSolve = (a: CpuView, b: CpuView, triangle: Triangle, out: CpuView) => void

/** Makes the kernel. */
export function makeTriangularSolve(forEachMatrix: ForEachMatrix): TriangularSolve {
  return (a, b, triangle, out) =>
    forEachMatrix([a, b, out], ([matrix, from, to]) => {
      copyMatrix(from!, to!)
      substitute(matrix!, to!, triangle)
    })
}

/** Solves one unknown after the other and subtracts its part from the rows that are left. */
function substitute(a: Matrix, x: Matrix, { upper, transpose, unitDiagonal }: Triangle): void {
  const { data, rows: n, columns, subtract } = x
  const isForward = upper === transpose
  for (let step = 0; step < n; step++) {
    const k = isForward ? step : n - 1 - step
    if (!unitDiagonal) {
      const pivot = data[indexOf(a, k, k)]!
      const end = indexOf(x, k + 1, 0)
      for (let i = indexOf(x, k, 0); i < end; i++) data[i]! /= pivot
    }
    const first = isForward ? k + 1 : 0
    const factors = transpose ? rowsFrom(a, k, first, 'right') : rowsFrom(a, first, k)
    subtract(rowsFrom(x, first, 0), factors, rowFrom(x, k, 0), n - 1 - step, columns)
  }
}
