import { bytesPerElement, type DType } from '@tapegrad/core'
import type { Arithmetic } from '../arithmetic.ts'
import { makeProducts } from '../matmul/matmul.ts'
import type { Request } from '../matmul/plan.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'

/** Computes products of matrices of one dtype. */
export type Multiply = (dtype: DType, request: Request) => void

/** Makes the products of all steps; kernels are compiled when they are first needed. */
export function makeMultiply(memory: WasmMemory, arithmetic: Arithmetic): Multiply {
  const single = makeProducts(memory, 'float32', arithmetic)
  const double = makeProducts(memory, 'float64', arithmetic)
  return (dtype, request) => (dtype === 'float64' ? double : single)(request)
}

/** Bytes from row to row of a matrix without gaps, and from column to column. */
const matrix = (address: number, columns: number, bytes: number) => ({
  address,
  batchStep: 0,
  rowStep: columns * bytes,
  columnStep: bytes,
})

/** c = a · b for the rows of a step; all three are without gaps, at addresses. */
export function multiplyStep(
  multiply: Multiply,
  dtype: DType,
  [m, k, n]: readonly [m: number, k: number, n: number],
  [a, b, c]: readonly [a: number, b: number, c: number],
): void {
  const bytes = bytesPerElement(dtype)
  multiply(dtype, {
    batches: 1,
    m,
    n,
    k,
    a: matrix(a, k, bytes),
    b: matrix(b, n, bytes),
    c: matrix(c, n, bytes),
    accumulate: false,
  })
}

/** The memory as numbers of a dtype. */
export function numbersOf(memory: WasmMemory, dtype: DType): Float32Array | Float64Array {
  return dtype === 'float64' ? memory.f64 : memory.f32
}

/** Writes the transpose of a matrix, once for all steps, each of which would otherwise copy as much. */
export function writeTransposed(
  numbers: Float32Array | Float64Array,
  from: number,
  to: number,
  rows: number,
  columns: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      numbers[to + column * rows + row] = numbers[from + row * columns + column]!
    }
  }
}
