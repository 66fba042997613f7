import { bytesPerElement } from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import type { Multiply } from './products.ts'
import { multiplyStep, numbersOf, writeTransposed } from './products.ts'

/** What steps hand on from the last to the first. */
export interface Backward {
  readonly recurrentKernel: CpuView
  /** The gradient of the product with it, [time, batch, width], which each step writes before it is used. */
  readonly gradient: CpuView
  /** The addresses of the gradients of the state, each [batch, units]; that of h first. */
  readonly carried: readonly number[]
}

/**
 * Runs steps from the last to the first. Each reads `product`, the part of the gradient of h that came through the
 * product with the weights, and `carried`, the rest; at the end `carried` has all of it.
 */
export function runBackward(
  memory: WasmMemory,
  multiply: Multiply,
  { recurrentKernel, gradient, carried }: Backward,
  runStep: (t: number, product: number) => void,
): void {
  const { dtype } = gradient
  const [time, batch, width] = gradient.shape as readonly [number, number, number]
  const units = recurrentKernel.shape[0]!
  const bytes = bytesPerElement(dtype)
  const stepBytes = batch * units * bytes
  const weightBytes = recurrentKernel.size * bytes
  const product = memory.alloc(stepBytes)
  const weights = memory.alloc(weightBytes)
  try {
    const numbers = numbersOf(memory, dtype)
    writeTransposed(numbers, addressOf(recurrentKernel) / bytes, weights / bytes, units, width)
    for (const address of [product, ...carried]) memory.u8.fill(0, address, address + stepBytes)
    for (let t = time - 1; t >= 0; t--) {
      runStep(t, product)
      const from = addressOf(gradient) + t * batch * width * bytes
      multiplyStep(multiply, dtype, [batch, width, units], [from, weights, product])
    }
    // Products may have let the memory grow.
    const sums = numbersOf(memory, dtype)
    const [h, more] = [carried[0]! / bytes, product / bytes]
    for (let i = 0; i < batch * units; i++) sums[h + i]! += sums[more + i]!
  } finally {
    memory.free(weights, weightBytes)
    memory.free(product, stepBytes)
  }
}
