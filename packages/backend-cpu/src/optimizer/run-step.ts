import type { DType } from '@tapegrad/core'
import { compile } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { type Step, stepKernel } from './step-kernel.ts'

/** Takes a step in place; the tensors and numbers are those of the step. */
export type RunStep = (step: Step, tensors: readonly CpuView[], numbers: readonly number[]) => void

/** Makes the function that runs steps; a kernel is compiled when it is first needed. */
export function makeRunStep(memory: WasmMemory): RunStep {
  const kernels = new Map<string, (...args: number[]) => void>()

  const kernelOf = (dtype: DType, step: Step): ((...args: number[]) => void) => {
    const key = `${step.name} ${dtype}`
    const known = kernels.get(key)
    if (known !== undefined) return known
    const { run } = compile({ run: stepKernel(dtype, step) }, memory.memory)
    kernels.set(key, run)
    return run
  }

  return (step, tensors, numbers) => {
    const { dtype, size } = tensors[0]!
    kernelOf(dtype, step)(...tensors.map(addressOf), size, ...numbers)
  }
}
