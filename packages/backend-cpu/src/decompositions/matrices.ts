import { bytesPerElement } from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { makeSubtractRows, type Rows, type SubtractRows } from './subtract-rows.ts'

/** One contiguous matrix in memory. */
export interface Matrix {
  /** All floats of its dtype in memory. */
  readonly data: Float32Array | Float64Array
  /** Where in them it begins. */
  readonly start: number
  readonly rows: number
  readonly columns: number
  readonly subtract: SubtractRows
}

/** The matrices of batches, [batch, rows, columns] each; those of each position are visited together. */
export type ForEachMatrix = (views: readonly CpuView[], visit: (matrices: readonly Matrix[]) => void) => void

/** Makes the loop over batches in a memory. */
export function makeForEachMatrix(memory: WasmMemory): ForEachMatrix {
  const subtracts = {
    float32: makeSubtractRows(memory, 'float32'),
    float64: makeSubtractRows(memory, 'float64'),
  }
  return (views, visit) => {
    const dtype = views[0]!.dtype === 'float64' ? 'float64' : 'float32'
    const data = dtype === 'float64' ? memory.f64 : memory.f32
    const subtract = subtracts[dtype]
    const starts = views.map((view) => addressOf(view) / bytesPerElement(dtype))
    for (let m = 0; m < views[0]!.shape[0]!; m++) {
      visit(
        views.map(({ shape }, i) => {
          const [, rows, columns] = shape as readonly [number, number, number]
          return { data, start: starts[i]! + m * rows * columns, rows, columns, subtract }
        }),
      )
    }
  }
}

/** Where in the floats an element lies. */
export function indexOf({ start, columns }: Matrix, i: number, j: number): number {
  return start + i * columns + j
}

/** The rows of a matrix from an element on: down, or to the right for factors that lie in one row. */
export function rowsFrom(a: Matrix, i: number, j: number, direction: 'down' | 'right' = 'down'): Rows {
  const bytes = a.data.BYTES_PER_ELEMENT
  return { address: indexOf(a, i, j) * bytes, step: (direction === 'down' ? a.columns : 1) * bytes }
}

/** The same row again and again. */
export function rowFrom(a: Matrix, i: number, j: number): Rows {
  return { address: indexOf(a, i, j) * a.data.BYTES_PER_ELEMENT, step: 0 }
}

export function copyMatrix(from: Matrix, to: Matrix): void {
  to.data.copyWithin(to.start, from.start, from.start + from.rows * from.columns)
}
