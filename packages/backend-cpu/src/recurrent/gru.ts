import { bytesPerElement } from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { makeRunCell } from './cell.ts'
import { gruCell, gruGradCell } from './gru-cell.ts'
import type { Multiply } from './products.ts'
import { multiplyStep } from './products.ts'
import { runBackward } from './run-backward.ts'

type Gru = (
  projected: CpuView,
  recurrentKernel: CpuView,
  recurrentBias: CpuView,
  initial: CpuView,
  mask: CpuView,
  states: CpuView,
  gates: CpuView,
) => void

/** Makes the kernel of core's `gruKernel`: for each step a product of matrices, then all gates in one pass. */
export function makeGru(memory: WasmMemory, multiply: Multiply): Gru {
  const cell = makeRunCell(memory, gruCell)
  return (projected, recurrentKernel, recurrentBias, initial, mask, states, gates) => {
    const { dtype } = projected
    const run = cell(dtype)
    const [time, batch, width] = projected.shape as readonly [number, number, number]
    const units = width / 3
    const stepBytes = batch * units * bytesPerElement(dtype)
    const [weights, bias] = [recurrentKernel, recurrentBias].map(addressOf) as [number, number]
    const product = memory.alloc(3 * stepBytes)
    try {
      let h = addressOf(initial)
      for (let t = 0; t < time; t++) {
        multiplyStep(multiply, dtype, [batch, units, width], [h, weights, product])
        const x = addressOf(projected) + 3 * t * stepBytes
        const gate = addressOf(gates) + 4 * t * stepBytes
        const next = addressOf(states) + t * stepBytes
        run([x, product, bias, h, gate, next], addressOf(mask) + t * batch, batch, units)
        h = next
      }
    } finally {
      memory.free(product, 3 * stepBytes)
    }
  }
}

type GruGrad = (
  g: CpuView,
  recurrentKernel: CpuView,
  initial: CpuView,
  mask: CpuView,
  states: CpuView,
  gates: CpuView,
  gradProjected: CpuView,
  gradProduct: CpuView,
  gradInitial: CpuView,
) => void

/** Makes the kernel of core's `gruGradKernel`. */
export function makeGruGrad(memory: WasmMemory, multiply: Multiply): GruGrad {
  const cell = makeRunCell(memory, gruGradCell)
  return (g, recurrentKernel, initial, mask, states, gates, gradProjected, gradProduct, gradInitial) => {
    const { dtype } = g
    const run = cell(dtype)
    const [, batch, width] = gradProjected.shape as readonly [number, number, number]
    const units = width / 3
    const stepBytes = batch * units * bytesPerElement(dtype)
    const carried = addressOf(gradInitial)
    const backward = { recurrentKernel, gradient: gradProduct, carried: [carried] }
    runBackward(memory, multiply, backward, (t, product) => {
      const slopes = addressOf(g) + t * stepBytes
      const gate = addressOf(gates) + 4 * t * stepBytes
      const before = t === 0 ? addressOf(initial) : addressOf(states) + (t - 1) * stepBytes
      const [ofX, ofProduct] = [gradProjected, gradProduct].map(
        (view) => addressOf(view) + 3 * t * stepBytes,
      ) as [number, number]
      const addresses = [slopes, product, carried, gate, before, ofX, ofProduct]
      run(addresses, addressOf(mask) + t * batch, batch, units)
    })
  }
}
