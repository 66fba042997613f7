import { compile, type Exported } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { normalizeRows, normalizeRowsGrad } from './float64.ts'
import {
  type RowNormalization,
  type RowNormGradKernel,
  type RowNormKernel,
  rowNormGradKernel,
  rowNormKernel,
} from './row-kernels.ts'

/** The tensors of a normalization of rows; the means and beta only where rows are centered. */
export interface RowNormViews {
  readonly x: CpuView
  readonly gamma: CpuView
  readonly beta?: CpuView
  readonly out: CpuView
  readonly mean?: CpuView
  readonly inverse: CpuView
}

/** The tensors of its gradient; the means and that of beta only where rows are centered. */
export interface RowNormGradViews {
  readonly g: CpuView
  readonly x: CpuView
  readonly gamma: CpuView
  readonly mean?: CpuView
  readonly inverse: CpuView
  readonly gradX: CpuView
  readonly gradGamma: CpuView
  readonly gradBeta?: CpuView
}

/** The address of a tensor that may not be there. */
const addressIf = (view: CpuView | undefined): number => (view === undefined ? 0 : addressOf(view))

/** Where a tensor of float64 begins in the memory's array. */
const positionIf = (view: CpuView | undefined): number => (view === undefined ? -1 : addressOf(view) / 8)

/** Makes a normalization of rows; its kernel is compiled when it is first needed. */
export function makeRowNorm(
  memory: WasmMemory,
  kind: RowNormalization,
): (views: RowNormViews, epsilon: number) => void {
  let run: Exported<RowNormKernel> | undefined
  return ({ x, gamma, beta, out, mean, inverse }, epsilon) => {
    const [rows, length] = x.shape as readonly [number, number]
    if (x.dtype === 'float64') {
      const at = {
        x: addressOf(x) / 8,
        gamma: addressOf(gamma) / 8,
        beta: positionIf(beta),
        out: addressOf(out) / 8,
        mean: positionIf(mean),
        inverse: addressOf(inverse) / 8,
      }
      normalizeRows({ data: memory.f64, at, rows, length }, epsilon)
      return
    }
    run ??= compile({ run: rowNormKernel(kind) }, memory.memory).run
    const [shift, means] = [beta, mean].map(addressIf) as [number, number]
    const addresses = [x, gamma, out, inverse].map(addressOf) as [number, number, number, number]
    const [from, scale, to, inverses] = addresses
    run(from, scale, shift, to, means, inverses, rows, length, length, epsilon)
  }
}

/** So many rows are added up in float32; their sums, of which there may be many, in float64. */
const rowsAtATime = 64

/** Makes its gradient. */
export function makeRowNormGrad(
  memory: WasmMemory,
  kind: RowNormalization,
): (views: RowNormGradViews) => void {
  let run: Exported<RowNormGradKernel> | undefined
  return (views) => {
    const { g, x, gamma, mean, inverse, gradX, gradGamma, gradBeta } = views
    const [rows, length] = x.shape as readonly [number, number]
    if (x.dtype === 'float64') {
      inFloat64(memory, views)
      return
    }
    run ??= compile({ run: rowNormGradKernel(kind) }, memory.memory).run
    const addresses = [g, x, gradX, gamma, inverse, gradGamma].map(addressOf)
    const [slopes, from, to, scale, inverses, ofGamma] = addresses as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const [means, ofBeta] = [mean, gradBeta].map(addressIf) as [number, number]
    const sums = [gradGamma, ...(gradBeta === undefined ? [] : [gradBeta])].map((view) => {
      const start = addressOf(view) / 4
      return { part: memory.f32.subarray(start, start + length), whole: new Float64Array(length) }
    })
    for (let first = 0; first < rows; first += rowsAtATime) {
      for (const { part } of sums) part.fill(0)
      const [row, number] = [4 * first * length, 4 * first]
      const count = Math.min(rowsAtATime, rows - first)
      run(
        slopes + row,
        from + row,
        scale,
        means + number,
        inverses + number,
        to + row,
        ofGamma,
        ofBeta,
        count,
        length,
        length,
      )
      if (rows <= rowsAtATime) return
      for (const { part, whole } of sums) for (let i = 0; i < length; i++) whole[i]! += part[i]!
    }
    for (const { part, whole } of sums) part.set(whole)
  }
}

function inFloat64(memory: WasmMemory, views: RowNormGradViews): void {
  const { g, x, gamma, mean, inverse, gradX, gradGamma, gradBeta } = views
  const [rows, length] = x.shape as readonly [number, number]
  for (const sums of gradBeta === undefined ? [gradGamma] : [gradGamma, gradBeta]) {
    const start = addressOf(sums) / 8
    memory.f64.fill(0, start, start + length)
  }
  const at = {
    g: addressOf(g) / 8,
    x: addressOf(x) / 8,
    gamma: addressOf(gamma) / 8,
    mean: positionIf(mean),
    inverse: addressOf(inverse) / 8,
    gradX: addressOf(gradX) / 8,
    gradGamma: addressOf(gradGamma) / 8,
    gradBeta: positionIf(gradBeta),
  }
  normalizeRowsGrad({ data: memory.f64, at, rows, length })
}
