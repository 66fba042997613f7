import type { Data, View } from '@tapegrad/core'
import { dataOf, valuesOf } from './elements.ts'

const total = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0)
const average = (numbers: readonly number[]): number => total(numbers) / numbers.length

/** The elements of a view in row-major order. */
const elements = (view: View): number[] => valuesOf(view as View<Data>, view.size)

function rowsOf(view: View): number[][] {
  const [rows, n] = view.shape as readonly [number, number]
  const values = elements(view)
  return Array.from({ length: rows }, (_, r) => values.slice(r * n, (r + 1) * n))
}

/** Sums of the same column of all rows. */
function addRows(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.map((_, c) => total(rows.map((row) => row[c]!)))
}

const store = (view: View, values: readonly number[]): void => dataOf(view).set(values)

/** What a row is divided by, and what is subtracted from it before. */
export type RowMoments = (
  row: readonly number[],
  epsilon: number,
) => { readonly mean: number; readonly inverse: number }

export const centeredMoments: RowMoments = (row, epsilon) => {
  const mean = average(row)
  return { mean, inverse: 1 / Math.sqrt(average(row.map((value) => (value - mean) ** 2)) + epsilon) }
}

export const rmsMoments: RowMoments = (row, epsilon) => ({
  mean: 0,
  inverse: 1 / Math.sqrt(average(row.map((value) => value ** 2)) + epsilon),
})

/** The kernel of a normalization of rows. */
export function layerNormOf(momentsOf: RowMoments) {
  return (
    x: View,
    gamma: View,
    beta: View | null,
    epsilon: number,
    out: View,
    mean: View | null,
    inverse: View,
  ): void => {
    const scale = elements(gamma)
    const shift = beta === null ? scale.map(() => 0) : elements(beta)
    const rows = rowsOf(x)
    const all = rows.map((row) => momentsOf(row, epsilon))
    const normal = rows.map((row, r) => row.map((value) => (value - all[r]!.mean) * all[r]!.inverse))
    store(
      out,
      normal.flatMap((row) => row.map((value, c) => value * scale[c]! + shift[c]!)),
    )
    store(
      inverse,
      all.map((each) => each.inverse),
    )
    if (mean === null) return
    store(
      mean,
      all.map((each) => each.mean),
    )
  }
}

/** The gradient of a row from h = g · gamma, its normalized numbers and their scale. */
export type RowSlope = (h: readonly number[], y: readonly number[], inverse: number) => readonly number[]

export const centeredSlope: RowSlope = (h, y, inverse) => {
  const parallel = average(h.map((value, c) => value * y[c]!))
  return h.map((value, c) => inverse * (value - average(h) - y[c]! * parallel))
}

export const rmsSlope: RowSlope = (h, y, inverse) => {
  const parallel = average(h.map((value, c) => value * y[c]!))
  return h.map((value, c) => inverse * (value - y[c]! * parallel))
}

/** The kernel of the gradient of a normalization of rows. */
export function layerNormGradOf(slopeOf: RowSlope) {
  return (
    g: View,
    x: View,
    gamma: View,
    mean: View | null,
    inverse: View,
    gradX: View,
    gradGamma: View,
    gradBeta: View | null,
  ): void => {
    const [scale, inverses] = [elements(gamma), elements(inverse)]
    const means = mean === null ? inverses.map(() => 0) : elements(mean)
    const slopes = rowsOf(g)
    const normal = rowsOf(x).map((row, r) => row.map((value) => (value - means[r]!) * inverses[r]!))
    const rows = slopes.map((slope, r) =>
      slopeOf(
        slope.map((value, c) => value * scale[c]!),
        normal[r]!,
        inverses[r]!,
      ),
    )
    store(gradX, rows.flat())
    store(gradGamma, addRows(slopes.map((slope, r) => slope.map((value, c) => value * normal[r]![c]!))))
    if (gradBeta !== null) store(gradBeta, addRows(slopes))
  }
}
