import { expect } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { store, valuesOf } from './kernel-test-cases.ts'
import { lstmGradKernel, lstmKernel } from './lstm-kernel.ts'
import { parts, plus, rowsOfView, sigma, times, timesTransposed } from './recurrent-test-cases.ts'

/** A function of one number. */
export type Activation = (x: number) => number

/** One step: the output and the cell. */
export function step(
  z: readonly number[],
  c: readonly number[],
  act: Activation = Math.tanh,
  gate: Activation = sigma,
): number[][] {
  const [i, f, g, o] = parts(z, 4) as [number[], number[], number[], number[]]
  const cell = c.map((value, u) => gate(f[u]!) * value + gate(i[u]!) * act(g[u]!))
  return [cell.map((value, u) => gate(o[u]!) * act(value)), cell]
}

/** Kernels of plain loops, which count how often they ran. */
export function addKernels({ kernels }: Backend, ran: { value: number; gradient: number }): void {
  kernels.set(lstmKernel, (projected, recurrentKernel, h0, c0, mask, states, gates) => {
    ran.value++
    const [time, batch] = projected.shape as readonly [number, number]
    const [rows, matrix, counts] = [rowsOfView(projected), rowsOfView(recurrentKernel), valuesOf(mask)]
    expect(counts.every((value) => value === 0 || value === 1)).toBe(true)
    let [h, c] = [rowsOfView(h0), rowsOfView(c0)]
    const [hs, cs, all]: [number[][], number[][], number[][]] = [[], [], []]
    for (let t = 0; t < time; t++) {
      const zs = rows.slice(t * batch, (t + 1) * batch).map((row, b) => plus(row, times(h[b]!, matrix)))
      const after = zs.map((z, b) => (counts[t * batch + b] ? step(z, c[b]!) : [h[b]!, c[b]!]))
      h = after.map((state) => state[0]!)
      c = after.map((state) => state[1]!)
      hs.push(...h)
      cs.push(...c)
      all.push(
        ...zs.map((z) =>
          parts(z, 4).flatMap((part, k) => part.map((v) => (k === 2 ? Math.tanh(v) : sigma(v)))),
        ),
      )
    }
    store(states, [...hs, ...cs].flat())
    store(gates, all.flat())
  })
  kernels.set(
    lstmGradKernel,
    (g, recurrentKernel, h0, c0, mask, states, gates, gradProjected, gradH, gradC) => {
      ran.gradient++
      const [time, batch] = gradProjected.shape as readonly [number, number]
      const [slopes, matrix, first, counts, values, all] = [
        rowsOfView(g),
        rowsOfView(recurrentKernel),
        rowsOfView(c0),
        valuesOf(mask),
        rowsOfView(states),
        rowsOfView(gates),
      ]
      const steps = time * batch
      const out: number[][] = Array.from({ length: steps }, () => [])
      const last: number[][][] = [[], []]
      for (let b = 0; b < batch; b++) {
        let [dh, dc] = [first[b]!.map(() => 0), first[b]!.map(() => 0)]
        for (let t = time - 1; t >= 0; t--) {
          const p = t * batch + b
          dh = plus(dh, slopes[p]!)
          dc = plus(dc, slopes[steps + p]!)
          out[p] = all[p]!.map(() => 0)
          if (!counts[p]) continue
          const [i, f, n, o] = parts(all[p]!, 4) as [number[], number[], number[], number[]]
          const before = t === 0 ? first[b]! : values[steps + p - batch]!
          const cell = values[steps + p]!.map(Math.tanh)
          const slope = dc.map((value, u) => value + dh[u]! * o[u]! * (1 - cell[u]! ** 2))
          out[p] = [
            ...slope.map((value, u) => value * n[u]! * i[u]! * (1 - i[u]!)),
            ...slope.map((value, u) => value * before[u]! * f[u]! * (1 - f[u]!)),
            ...slope.map((value, u) => value * i[u]! * (1 - n[u]! ** 2)),
            ...dh.map((value, u) => value * cell[u]! * o[u]! * (1 - o[u]!)),
          ]
          dh = timesTransposed(out[p]!, matrix)
          dc = slope.map((value, u) => value * f[u]!)
        }
        last[0]!.push(dh)
        last[1]!.push(dc)
      }
      store(gradProjected, out.flat())
      expect(rowsOfView(h0)).toHaveLength(batch)
      store(gradH, last[0]!.flat())
      store(gradC, last[1]!.flat())
    },
  )
}
