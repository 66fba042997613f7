import { gruGradKernel, gruKernel, type KernelTable, lstmGradKernel, lstmKernel } from '@tapegrad/core'
import type { Arithmetic } from '../arithmetic.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { makeGru, makeGruGrad } from './gru.ts'
import { makeLstm, makeLstmGrad } from './lstm.ts'
import { makeMultiply } from './products.ts'

/** Adds the kernels of whole sequences of LSTMs and GRUs, and of their gradients. */
export function registerRecurrentKernels(
  kernels: KernelTable,
  memory: WasmMemory,
  arithmetic: Arithmetic,
): void {
  const multiply = makeMultiply(memory, arithmetic)
  kernels.set(lstmKernel, makeLstm(memory, multiply))
  kernels.set(lstmGradKernel, makeLstmGrad(memory, multiply))
  kernels.set(gruKernel, makeGru(memory, multiply))
  kernels.set(gruGradKernel, makeGruGrad(memory, multiply))
}
