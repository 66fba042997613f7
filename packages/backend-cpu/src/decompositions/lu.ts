import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { copyMatrix, type ForEachMatrix, indexOf, type Matrix, rowFrom, rowsFrom } from './matrices.ts'

/** Elimination with pivots, as core's `luKernel` says. */
export type LU = (x: CpuView, lu: CpuView, order: CpuView, sign: CpuView) => void

/** Makes the kernel. */
export function makeLU(memory: WasmMemory, forEachMatrix: ForEachMatrix): LU {
  return (x, lu, order, sign) => {
    const n = x.shape[1]!
    let firstRow = addressOf(order) / 4
    let position = 0
    forEachMatrix([x, lu], ([from, to]) => {
      copyMatrix(from!, to!)
      const rows = memory.i32.subarray(firstRow, firstRow + n)
      const signs = to!.data
      signs[addressOf(sign) / signs.BYTES_PER_ELEMENT + position] = eliminate(to!, rows)
      firstRow += n
      position++
    })
  }
}

/** Replaces a matrix by its factors and gives the sign of the permutation, which `order` gets. */
function eliminate(a: Matrix, order: Int32Array): number {
  const { data, rows: n, subtract } = a
  for (let i = 0; i < n; i++) order[i] = i
  let sign = 1
  for (let k = 0; k < n; k++) {
    const largest = rowOfPivot(a, k)
    if (largest !== k) {
      exchangeRows(a, k, largest)
      const row = order[k]!
      order[k] = order[largest]!
      order[largest] = row
      sign = -sign
    }
    const pivot = data[indexOf(a, k, k)]!
    if (pivot !== 0) for (let i = k + 1; i < n; i++) data[indexOf(a, i, k)]! /= pivot
    const left = n - k - 1
    subtract(rowsFrom(a, k + 1, k + 1), rowsFrom(a, k + 1, k), rowFrom(a, k, k + 1), left, left)
  }
  return sign
}

/** The row of the first NaN in what is left of column k, else of the largest element. */
function rowOfPivot(a: Matrix, k: number): number {
  let row = k
  let largest = -1
  for (let i = k; i < a.rows; i++) {
    const size = Math.abs(a.data[indexOf(a, i, k)]!)
    if (size <= largest) continue
    row = i
    if (Number.isNaN(size)) break
    largest = size
  }
  return row
}

function exchangeRows(a: Matrix, i: number, j: number): void {
  const { data, columns } = a
  for (let k = 0; k < columns; k++) {
    const [p, q] = [indexOf(a, i, k), indexOf(a, j, k)]
    const value = data[p]!
    data[p] = data[q]!
    data[q] = value
  }
}
