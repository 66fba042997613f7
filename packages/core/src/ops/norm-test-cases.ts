import type { View } from '../backend/backend.ts'
import { valuesOf } from './kernel-test-cases.ts'

export type Line = readonly number[]

export const total = (line: Line): number => line.reduce((sum, value) => sum + value, 0)

/** Where parts of a tensor are normalized: shapes of every rank, one axis or several. */
export const places: readonly { shape: number[]; axis: number | number[] }[] = [
  { shape: [5], axis: 0 },
  { shape: [1], axis: -1 },
  { shape: [0], axis: 0 },
  { shape: [2, 3], axis: -1 },
  { shape: [2, 3], axis: 0 },
  { shape: [2, 0, 3], axis: 1 },
  { shape: [3, 2, 5], axis: [1, 2] },
  { shape: [3, 2, 5], axis: [0, -1] },
  { shape: [2, 1, 2, 3, 1, 2], axis: 3 },
  { shape: [2, 1, 2, 3, 1, 2], axis: [-1, 3, 4] },
]

/** Axes of a rank in ascending order, without negatives. */
export function axesOf(axis: number | number[], rank: number): number[] {
  return [axis]
    .flat()
    .map((a) => (a + rank) % rank)
    .sort((a, b) => a - b)
}

/** Numbers of both signs without a pattern. */
export const wave = (length: number, seed = 0): number[] =>
  Array.from({ length }, (_, i) => 1.5 * Math.sin(5 * i + seed) + 0.1)

/** The rows of a matrix that a kernel reads. */
export function rowsOf(view: View): number[][] {
  const [rows, n] = view.shape as readonly [number, number]
  const values = valuesOf(view)
  return Array.from({ length: rows }, (_, r) => values.slice(r * n, (r + 1) * n))
}

/** Sums of the same column of several rows. */
export function addRows(rows: readonly Line[]): number[] {
  return rows[0]!.map((_, c) => total(rows.map((row) => row[c]!)))
}
