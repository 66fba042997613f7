import { adamKernel, type KernelTable, rmspropKernel, sgdKernel } from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { makeAdam } from './adam.ts'
import { makeRMSprop } from './rmsprop.ts'
import { makeRunStep } from './run-step.ts'
import { makeSGD } from './sgd.ts'

/*
 * The formulas of the steps are those of the keys in core, rounded operation by operation as the composed steps round
 * them.
 */

/** Adds the kernels of optimizer steps. */
export function registerOptimizerKernels(kernels: KernelTable, memory: WasmMemory): void {
  const runStep = makeRunStep(memory)
  kernels.set(sgdKernel, makeSGD(runStep))
  kernels.set(rmspropKernel, makeRMSprop(runStep))
  kernels.set(adamKernel, makeAdam(runStep))
}
