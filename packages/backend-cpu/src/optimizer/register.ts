import { adamKernel, formulaStepKernel, type KernelTable, rmspropKernel, sgdKernel } from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { makeAdam } from './adam.ts'
import { makeFormulaStep } from './formula-step.ts'
import { makeRMSprop } from './rmsprop.ts'
import { makeRunStep } from './run-step.ts'
import { makeSGD } from './sgd.ts'

/*
 * The formulas of the steps are those of the keys in core, rounded operation by operation as the composed steps round
 * them.
 */

/** Adds the kernel of `SGD`. */
export function registerSGDKernel(kernels: KernelTable, memory: WasmMemory): void {
  kernels.set(sgdKernel, makeSGD(makeRunStep(memory)))
}

/** Adds the kernel of `RMSprop`. */
export function registerRMSpropKernel(kernels: KernelTable, memory: WasmMemory): void {
  kernels.set(rmspropKernel, makeRMSprop(makeRunStep(memory)))
}

/** Adds the kernel of `Adam` and `AdamW`. */
export function registerAdamKernel(kernels: KernelTable, memory: WasmMemory): void {
  kernels.set(adamKernel, makeAdam(makeRunStep(memory)))
}

/** Adds the kernel of optimizers whose steps are formulas. */
export function registerFormulaStepKernel(kernels: KernelTable, memory: WasmMemory): void {
  kernels.set(formulaStepKernel, makeFormulaStep(makeRunStep(memory)))
}
