import { bytesPerElement } from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { makeRunCell } from './cell.ts'
import { lstmCell, lstmGradCell } from './lstm-cell.ts'
import type { Multiply } from './products.ts'
import { multiplyStep } from './products.ts'
import { runBackward } from './run-backward.ts'

type Lstm = (
  projected: CpuView,
  recurrentKernel: CpuView,
  h0: CpuView,
  c0: CpuView,
  mask: CpuView,
  states: CpuView,
  gates: CpuView,
) => void

/** Makes the kernel of core's `lstmKernel`: for each step a product of matrices, then all gates in one pass. */
export function makeLstm(memory: WasmMemory, multiply: Multiply): Lstm {
  const cell = makeRunCell(memory, lstmCell)
  return (projected, recurrentKernel, h0, c0, mask, states, gates) => {
    const { dtype } = projected
    const run = cell(dtype)
    const [time, batch, width] = projected.shape as readonly [number, number, number]
    const units = width / 4
    const stepBytes = batch * units * bytesPerElement(dtype)
    const weights = addressOf(recurrentKernel)
    const outputs = addressOf(states)
    let [h, c] = [addressOf(h0), addressOf(c0)]
    for (let t = 0; t < time; t++) {
      const [x, gate] = [projected, gates].map((view) => addressOf(view) + 4 * t * stepBytes) as [
        number,
        number,
      ]
      multiplyStep(multiply, dtype, [batch, units, width], [h, weights, gate])
      const nextH = outputs + t * stepBytes
      const nextC = nextH + time * stepBytes
      run([x, gate, h, c, nextH, nextC], addressOf(mask) + t * batch, batch, units)
      h = nextH
      c = nextC
    }
  }
}

type LstmGrad = (
  g: CpuView,
  recurrentKernel: CpuView,
  h0: CpuView,
  c0: CpuView,
  mask: CpuView,
  states: CpuView,
  gates: CpuView,
  gradProjected: CpuView,
  gradH: CpuView,
  gradC: CpuView,
) => void

/** Makes the kernel of core's `lstmGradKernel`. */
export function makeLstmGrad(memory: WasmMemory, multiply: Multiply): LstmGrad {
  const cell = makeRunCell(memory, lstmGradCell)
  return (g, recurrentKernel, _h0, c0, mask, states, gates, gradProjected, gradH, gradC) => {
    const { dtype } = g
    const run = cell(dtype)
    const [time, batch, width] = gradProjected.shape as readonly [number, number, number]
    const units = width / 4
    const stepBytes = batch * units * bytesPerElement(dtype)
    const slopes = addressOf(g)
    const cells = addressOf(states) + time * stepBytes
    const ofGates = addressOf(gradProjected)
    const carried = [gradH, gradC].map(addressOf) as [number, number]
    runBackward(memory, multiply, { recurrentKernel, gradient: gradProjected, carried }, (t, product) => {
      const ofH = slopes + t * stepBytes
      const c = cells + t * stepBytes
      const before = t === 0 ? addressOf(c0) : c - stepBytes
      const gate = addressOf(gates) + 4 * t * stepBytes
      // biome-ignore format: the cell's tensors.
      run([
        ofH, ofH + time * stepBytes, product, carried[0], carried[1], gate, before, c, ofGates + 4 * t * stepBytes,
      ], addressOf(mask) + t * batch, batch, units)
    })
  }
}
