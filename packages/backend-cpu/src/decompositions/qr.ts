import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CpuView } from '../views.ts'
import { copyMatrix, type ForEachMatrix, indexOf, type Matrix, rowFrom, rowsFrom } from './matrices.ts'

/** Householder's reflections, as core's `qrKernel` says. */
export type QR = (x: CpuView, q: CpuView, r: CpuView) => void

/** Makes the kernel. */
export function makeQR(memory: WasmMemory, forEachMatrix: ForEachMatrix): QR {
  return (x, q, r) => {
    const [, m, n] = x.shape as readonly [number, number, number]
    const width = Math.max(n, q.shape[2]!)
    const bytes = (m * n + width) * (x.dtype === 'float64' ? 8 : 4)
    const address = memory.alloc(bytes)
    try {
      forEachMatrix([x, q, r], ([from, ofQ, ofR]) => {
        const { data, subtract } = from!
        const start = address / data.BYTES_PER_ELEMENT
        const work = { data, start, rows: m, columns: n, subtract }
        const row = { data, start: start + m * n, rows: 1, columns: width, subtract }
        copyMatrix(from!, work)
        const weights = reflectColumns(work, row)
        copyTriangle(work, ofR!)
        combine(work, weights, ofQ!, row)
      })
    } finally {
      memory.free(address, bytes)
    }
  }
}

/** Leaves R in the upper triangle and below it each reflection's vector, whose first element is 1; gives their weights. */
function reflectColumns(a: Matrix, row: Matrix): number[] {
  const weights: number[] = []
  for (let k = 0; k < Math.min(a.rows, a.columns); k++) {
    const weight = makeReflection(a, k)
    weights.push(weight)
    if (weight !== 0) reflect(a, weight, a, k, k + 1, row)
  }
  return weights
}

/** Turns what is left of column k into a reflection's vector and the element that the reflection leaves. */
function makeReflection(a: Matrix, k: number): number {
  const { data, rows } = a
  let largest = 0
  for (let i = k + 1; i < rows; i++) largest = Math.max(largest, Math.abs(data[indexOf(a, i, k)]!))
  if (largest === 0) return 0
  const first = data[indexOf(a, k, k)]!
  const scale = Math.max(largest, Math.abs(first))
  let squares = (first / scale) ** 2
  for (let i = k + 1; i < rows; i++) squares += (data[indexOf(a, i, k)]! / scale) ** 2
  const length = scale * Math.sqrt(squares)
  const target = first < 0 ? length : -length
  for (let i = k + 1; i < rows; i++) data[indexOf(a, i, k)]! /= first - target
  data[indexOf(a, k, k)] = target
  return (target - first) / target
}

/** Applies reflection k of `a` to the columns of a matrix from `first` on; `row` is overwritten. */
function reflect(a: Matrix, weight: number, x: Matrix, k: number, first: number, row: Matrix): void {
  const { data, rows, columns, subtract } = x
  const width = columns - first
  const left = rows - k - 1
  const own = indexOf(x, k, first)
  for (let j = 0; j < width; j++) data[row.start + j] = -data[own + j]!
  const vector = rowsFrom(a, k + 1, k)
  subtract(rowFrom(row, 0, 0), vector, rowsFrom(x, k + 1, first), left, width)
  for (let j = 0; j < width; j++) {
    data[row.start + j]! *= -weight
    data[own + j]! -= data[row.start + j]!
  }
  subtract(rowsFrom(x, k + 1, first), vector, rowFrom(row, 0, 0), left, width)
}

function copyTriangle(a: Matrix, r: Matrix): void {
  for (let i = 0; i < r.rows; i++) {
    for (let j = 0; j < r.columns; j++) r.data[indexOf(r, i, j)] = j < i ? 0 : a.data[indexOf(a, i, j)]!
  }
}

/** The product of all reflections, the last one first: before reflection k, columns up to k are those of the identity. */
function combine(a: Matrix, weights: readonly number[], q: Matrix, row: Matrix): void {
  q.data.fill(0, q.start, indexOf(q, q.rows, 0))
  for (let i = 0; i < q.columns; i++) q.data[indexOf(q, i, i)] = 1
  for (let k = weights.length - 1; k >= 0; k--) {
    if (weights[k] !== 0) reflect(a, weights[k]!, q, k, k, row)
  }
}
