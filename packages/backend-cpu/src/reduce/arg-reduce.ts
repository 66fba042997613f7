import { type ArgReduceOp, bytesPerElement } from '@tapegrad/core'
import { compile, type Exported } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { argKernel } from './arg-kernel.ts'
import { reduceLayout } from './layout.ts'
import type { ReduceKernel } from './walk.ts'

/** The `argReduce` of the backend. */
export type ArgReduce = (op: ArgReduceOp, x: CpuView, axis: number, out: CpuView) => void

/** Makes the backend's `argReduce`; kernels are compiled when they are first needed. */
export function makeArgReduce(memory: WasmMemory): ArgReduce {
  const kernels = new Map<string, Exported<ReduceKernel>>()
  return (op, x, axis, out) => {
    const key = `${op} ${x.dtype}`
    let run = kernels.get(key)
    if (run === undefined) {
      run = compile({ run: argKernel(x.dtype, op) }, memory.memory).run
      kernels.set(key, run)
    }
    const { axis: reduced, outer, inner, addresses } = reduceLayout(x, axis)
    const bytes = bytesPerElement(out.dtype) * outer.size * inner.size
    for (const [i, address] of addresses.entries()) {
      const target = addressOf(out) + i * bytes
      run(address, target, 0, outer.size, outer.step, inner.size, inner.step, reduced.size, reduced.step)
    }
  }
}
