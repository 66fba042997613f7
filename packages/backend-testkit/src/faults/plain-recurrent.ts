import type { Data, View } from '@tapegrad/core'
import { dataOf, valuesOf } from './elements.ts'

type Row = readonly number[]

/** The elements of a view in row-major order. */
const elements = (view: View): number[] => valuesOf(view as View<Data>, view.size)

/** The rows of a view along its last axis. */
function rowsOf(view: View): number[][] {
  const width = view.shape.at(-1)!
  const values = elements(view)
  return Array.from({ length: values.length / width }, (_, r) => values.slice(r * width, (r + 1) * width))
}

const store = (view: View, rows: readonly Row[]): void => dataOf(view).set(rows.flat())

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const plus = (a: Row, b: Row): number[] => a.map((value, i) => value + b[i]!)

/** row · matrix */
const times = (row: Row, matrix: readonly Row[]): number[] =>
  matrix[0]!.map((_, c) => row.reduce((sum, value, r) => sum + value * matrix[r]![c]!, 0))

/** row · matrixᵀ */
const timesTransposed = (row: Row, matrix: readonly Row[]): number[] =>
  matrix.map((other) => other.reduce((sum, value, c) => sum + value * row[c]!, 0))

/** A row cut into parts of one length. */
function parts(row: Row, count: number): number[][] {
  const length = row.length / count
  return Array.from({ length: count }, (_, i) => row.slice(i * length, (i + 1) * length))
}

/** All steps of an LSTM. */
export function plainLstm(
  projected: View,
  recurrentKernel: View,
  h0: View,
  c0: View,
  mask: View,
  states: View,
  gates: View,
): void {
  const [time, batch] = projected.shape as readonly [number, number]
  const [inputs, matrix, counts] = [rowsOf(projected), rowsOf(recurrentKernel), elements(mask)]
  const [hs, cs, all]: [number[][], number[][], number[][]] = [rowsOf(h0), rowsOf(c0), []]
  for (let p = 0; p < time * batch; p++) {
    const [h, c] = [hs[p]!, cs[p]!]
    const [i, f, g, o] = parts(plus(inputs[p]!, times(h, matrix)), 4).map((part, which) =>
      part.map(which === 2 ? Math.tanh : sigmoid),
    ) as [number[], number[], number[], number[]]
    const cell = c.map((value, u) => f[u]! * value + i[u]! * g[u]!)
    // A step's state lies a batch after the one before.
    hs.push(counts[p] ? cell.map((value, u) => o[u]! * Math.tanh(value)) : h)
    cs.push(counts[p] ? cell : c)
    all.push([i, f, g, o].flat())
  }
  store(states, [...hs.slice(batch), ...cs.slice(batch)])
  store(gates, all)
}

/** The gradient of all steps of an LSTM. */
export function plainLstmGrad(
  g: View,
  recurrentKernel: View,
  _h0: View,
  c0: View,
  mask: View,
  states: View,
  gates: View,
  gradProjected: View,
  gradH: View,
  gradC: View,
): void {
  const [time, batch] = gradProjected.shape as readonly [number, number]
  const steps = time * batch
  const [slopes, matrix, counts, all] = [rowsOf(g), rowsOf(recurrentKernel), elements(mask), rowsOf(gates)]
  const cells = [...rowsOf(c0), ...rowsOf(states).slice(steps)]
  const rows: number[][] = all.map((row) => row.map(() => 0))
  const zeros = (): number[][] => cells.slice(0, batch).map((row) => row.map(() => 0))
  const [dhs, dcs] = [zeros(), zeros()]
  for (let p = steps - 1; p >= 0; p--) {
    const b = p % batch
    dhs[b] = plus(dhs[b]!, slopes[p]!)
    dcs[b] = plus(dcs[b]!, slopes[steps + p]!)
    if (!counts[p]) continue
    const [i, f, n, o] = parts(all[p]!, 4) as [number[], number[], number[], number[]]
    const [dh, before, after] = [dhs[b]!, cells[p]!, cells[p + batch]!.map(Math.tanh)]
    const dc = dcs[b]!.map((value, u) => value + dh[u]! * o[u]! * (1 - after[u]! ** 2))
    rows[p] = [
      ...dc.map((value, u) => value * n[u]! * i[u]! * (1 - i[u]!)),
      ...dc.map((value, u) => value * before[u]! * f[u]! * (1 - f[u]!)),
      ...dc.map((value, u) => value * i[u]! * (1 - n[u]! ** 2)),
      ...dh.map((value, u) => value * after[u]! * o[u]! * (1 - o[u]!)),
    ]
    dhs[b] = timesTransposed(rows[p]!, matrix)
    dcs[b] = dc.map((value, u) => value * f[u]!)
  }
  store(gradProjected, rows)
  store(gradH, dhs)
  store(gradC, dcs)
}

/** All steps of a GRU. */
export function plainGru(
  projected: View,
  recurrentKernel: View,
  recurrentBias: View,
  initial: View,
  mask: View,
  states: View,
  gates: View,
): void {
  const batch = projected.shape[1]!
  const [inputs, matrix, bias] = [rowsOf(projected), rowsOf(recurrentKernel), elements(recurrentBias)]
  const counts = elements(mask)
  const [hs, all]: [number[][], number[][]] = [rowsOf(initial), []]
  inputs.forEach((input, p) => {
    const h = hs[p]!
    const [a, b, c] = parts(input, 3) as [number[], number[], number[]]
    const [u, v, w] = parts(plus(times(h, matrix), bias), 3) as [number[], number[], number[]]
    const [z, r] = [plus(a, u).map(sigmoid), plus(b, v).map(sigmoid)]
    const n = c.map((value, i) => Math.tanh(value + r[i]! * w[i]!))
    hs.push(counts[p] ? h.map((value, i) => z[i]! * value + (1 - z[i]!) * n[i]!) : h)
    all.push([z, r, n, w].flat())
  })
  store(states, hs.slice(batch))
  store(gates, all)
}

/** The gradient of all steps of a GRU. */
export function plainGruGrad(
  g: View,
  recurrentKernel: View,
  initial: View,
  mask: View,
  states: View,
  gates: View,
  gradProjected: View,
  gradProduct: View,
  gradInitial: View,
): void {
  const batch = gradProjected.shape[1]!
  const [slopes, matrix, counts, all] = [rowsOf(g), rowsOf(recurrentKernel), elements(mask), rowsOf(gates)]
  const hs = [...rowsOf(initial), ...rowsOf(states)]
  const outer = slopes.map((row) => new Array<number>(3 * row.length).fill(0))
  const inner = outer.map((row) => [...row])
  const dhs = hs.slice(0, batch).map((row) => row.map(() => 0))
  for (let p = slopes.length - 1; p >= 0; p--) {
    const dh = plus(dhs[p % batch]!, slopes[p]!)
    dhs[p % batch] = dh
    if (!counts[p]) continue
    const [z, r, n, w] = parts(all[p]!, 4) as [number[], number[], number[], number[]]
    const dn = dh.map((value, i) => value * (1 - z[i]!) * (1 - n[i]! ** 2))
    const dz = dh.map((value, i) => value * (hs[p]![i]! - n[i]!) * z[i]! * (1 - z[i]!))
    const dr = dn.map((value, i) => value * w[i]! * r[i]! * (1 - r[i]!))
    outer[p] = [...dz, ...dr, ...dn]
    inner[p] = [...dz, ...dr, ...dn.map((value, i) => value * r[i]!)]
    const direct = dh.map((value, i) => value * z[i]!)
    dhs[p % batch] = plus(direct, timesTransposed(inner[p]!, matrix))
  }
  store(gradProjected, outer)
  store(gradProduct, inner)
  store(gradInitial, dhs)
}
