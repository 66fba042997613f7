import { compile, type FunctionBuilder, type HostFunctions } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CompiledKernel } from './kernel.ts'

/** A kernel in code, before it is compiled. */
export interface KernelSource {
  readonly fn: FunctionBuilder
  readonly takesStrides: boolean
  readonly imports?: HostFunctions
}

/** Compiles a kernel for a memory. */
export function compileKernel(
  memory: WasmMemory,
  { fn, takesStrides, imports }: KernelSource,
): CompiledKernel {
  return { run: compile({ run: fn }, memory.memory, imports).run, takesStrides }
}
