import { type KernelTable, sortKernel as sortKey } from '@tapegrad/core'
import { compile, type Exported } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import type { SortType } from './key-type.ts'
import { type SortKernel, sortKernel, workspaceBytes } from './sort-kernel.ts'

/** Adds the kernel that sorts; it is compiled for each dtype when it is first needed. */
export function registerSortKernel(kernels: KernelTable, memory: WasmMemory): void {
  const compiled = new Map<SortType, Exported<SortKernel>>()
  kernels.set(sortKey, (x: CpuView, axis: number, descending: boolean, out: CpuView) => {
    const dtype = x.dtype as SortType
    let run = compiled.get(dtype)
    if (run === undefined) {
      run = compile({ run: sortKernel(dtype) }, memory.memory).run
      compiled.set(dtype, run)
    }
    const length = x.shape[axis]!
    const inner = x.shape.slice(axis + 1).reduce((product, side) => product * side, 1)
    const bytes = workspaceBytes(dtype, length)
    const workspace = memory.alloc(bytes)
    run(addressOf(x), addressOf(out), x.size / length / inner, length, inner, workspace, descending ? -1 : 0)
    memory.free(workspace, bytes)
  })
}
