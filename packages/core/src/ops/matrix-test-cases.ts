import { expect } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { tidy } from '../memory/scope.ts'
import { eye, tensor } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import { type Shape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'

export type Matrix = readonly (readonly number[])[]

/** Numbers between −1 and 1 in no order: matrices of them have full rank. */
function wave(shape: Shape, seed = 0): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(7.3 * (i + 1) ** 2 + 1.7 * seed))
}

export function waves(
  shape: Shape,
  seed = 0,
  dtype: DType = 'float64',
  backend: Backend = testBackends[0]!,
): Tensor {
  return tensor(wave(shape, seed), { shape, dtype, backend })
}

/** With a multiple of the identity added, so that matrices of small numbers are far from singular. */
export function shifted(x: Tensor, by: number = x.shape.at(-1)! + 1): Tensor {
  return tidy(() => add(x, mul(eye(x.shape.at(-1)!, { dtype: x.dtype, backend: x.storage.backend }), by)))
}

/** The matrices along the last two axes. */
export function matricesOf(x: Tensor): Matrix[] {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const values = [...x.dataSync()]
  return Array.from({ length: sizeOf(x.shape.slice(0, -2)) }, (_, m) =>
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => values[(m * rows + i) * columns + j]!),
    ),
  )
}

export function transposed(a: Matrix): Matrix {
  return (a[0] ?? []).map((_, j) => a.map((row) => row[j]!))
}

export function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)))
}

/** Compares numbers in nests of arrays. */
export function expectClose(actual: unknown, expected: unknown, tolerance = 1e-9): void {
  const [received, wanted] = [actual, expected].map((x) => [x].flat(Number.POSITIVE_INFINITY) as number[])
  expect(received!.length).toBe(wanted!.length)
  wanted!.forEach((value, i) => {
    if (Number.isFinite(value)) expect(Math.abs(received![i]! - value)).toBeLessThanOrEqual(tolerance)
    else expect(received![i]).toBe(value)
  })
}

/** The matrix without a row and a column. */
function minor(a: Matrix, i: number, j: number): Matrix {
  return a.flatMap((row, r) => (r === i ? [] : [row.filter((_, c) => c !== j)]))
}

/** Laplace's expansion. */
export function expansion(a: Matrix): number {
  if (a.length === 0) return 1
  return a[0]!.reduce((sum, value, j) => sum + (j % 2 === 0 ? value : -value) * expansion(minor(a, 0, j)), 0)
}

/** The signed minors. */
export function cofactorsOf(a: Matrix): Matrix {
  return a.map((row, i) => row.map((_, j) => ((i + j) % 2 === 0 ? 1 : -1) * expansion(minor(a, i, j))))
}

/** The identity with its rows moved down around: matrices with its multiples added need pivots. */
export function rolled(x: Tensor): Tensor {
  const n = x.shape.at(-1)!
  const values = Array.from({ length: n * n }, (_, i) => (i % n === (Math.floor(i / n) + 1) % n ? n + 1 : 0))
  return tidy(() => add(x, tensor(values, { shape: [n, n], dtype: x.dtype, backend: x.storage.backend })))
}
