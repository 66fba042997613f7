import type { Backend } from '../backend/backend.ts'
import { gruGradKernel, gruKernel } from './gru-kernel.ts'
import { store, valuesOf } from './kernel-test-cases.ts'
import type { Line } from './norm-test-cases.ts'
import {
  type Matrix,
  parts,
  plus,
  rowsOfView,
  sigma,
  times,
  timesTransposed,
} from './recurrent-test-cases.ts'

type Activation = (x: number) => number

export interface Plain {
  readonly recurrent: Matrix
  /** That of h; null where the reset comes before the product. */
  readonly bias: Line | null
  readonly activation?: Activation
  readonly gate?: Activation
}

/** The output after a step, and what it was computed from. */
export function step(
  projected: Line,
  h: Line,
  { recurrent, bias, activation = Math.tanh, gate = sigma }: Plain,
): { h: number[]; gates: number[][] } {
  const units = h.length
  const [p, q, n] = parts(projected, 3) as [number[], number[], number[]]
  const product = times(h, recurrent)
  const [u, v, w] = parts(bias === null ? product : plus(product, bias), 3) as [number[], number[], number[]]
  const z = plus(p, u).map(gate)
  const r = plus(q, v).map(gate)
  const candidates = recurrent.map((row) => row.slice(2 * units))
  const reset =
    bias === null
      ? times(
          h.map((value, i) => value * r[i]!),
          candidates,
        )
      : w.map((value, i) => value * r[i]!)
  const candidate = plus(n, reset).map(activation)
  return {
    h: h.map((value, i) => z[i]! * value + (1 - z[i]!) * candidate[i]!),
    gates: [z, r, candidate, w],
  }
}

/** Kernels of plain loops, which count how often they ran. */
export function addKernels({ kernels }: Backend, ran: { value: number; gradient: number }): void {
  kernels.set(gruKernel, (projected, recurrentKernel, recurrentBias, initial, mask, states, gates) => {
    ran.value++
    const [time, batch] = projected.shape as readonly [number, number]
    const plain = { recurrent: rowsOfView(recurrentKernel), bias: valuesOf(recurrentBias) }
    const [rows, counts] = [rowsOfView(projected), valuesOf(mask)]
    let h = rowsOfView(initial)
    const [hs, all]: [number[][], number[][]] = [[], []]
    for (let t = 0; t < time; t++) {
      const after = h.map((row, b) => step(rows[t * batch + b]!, row, plain))
      h = h.map((row, b) => (counts[t * batch + b] ? after[b]!.h : row))
      hs.push(...h)
      all.push(...after.map((each) => each.gates.flat()))
    }
    store(states, hs.flat())
    store(gates, all.flat())
  })
  kernels.set(
    gruGradKernel,
    (g, recurrentKernel, initial, mask, states, gates, gradProjected, gradProduct, gradInitial) => {
      ran.gradient++
      const [time, batch] = gradProjected.shape as readonly [number, number]
      const [slopes, matrix, first] = [rowsOfView(g), rowsOfView(recurrentKernel), rowsOfView(initial)]
      const [counts, values, all] = [valuesOf(mask), rowsOfView(states), rowsOfView(gates)]
      const outer: number[][] = Array.from({ length: time * batch }, () => [])
      const inner: number[][] = Array.from({ length: time * batch }, () => [])
      const last = first.map((row, b) => {
        let dh = row.map(() => 0)
        for (let t = time - 1; t >= 0; t--) {
          const p = t * batch + b
          dh = plus(dh, slopes[p]!)
          outer[p] = new Array<number>(3 * dh.length).fill(0)
          inner[p] = [...outer[p]!]
          if (!counts[p]) continue
          const [z, r, n, w] = parts(all[p]!, 4) as [number[], number[], number[], number[]]
          const before = t === 0 ? row : values[p - batch]!
          const dn = dh.map((value, i) => value * (1 - z[i]!) * (1 - n[i]! ** 2))
          const dz = dh.map((value, i) => value * (before[i]! - n[i]!) * z[i]! * (1 - z[i]!))
          const dr = dn.map((value, i) => value * w[i]! * r[i]! * (1 - r[i]!))
          outer[p] = [...dz, ...dr, ...dn]
          inner[p] = [...dz, ...dr, ...dn.map((value, i) => value * r[i]!)]
          dh = plus(
            dh.map((value, i) => value * z[i]!),
            timesTransposed(inner[p]!, matrix),
          )
        }
        return dh
      })
      store(gradProjected, outer.flat())
      store(gradProduct, inner.flat())
      store(gradInitial, last.flat())
    },
  )
}
