import { bytesPerElement } from '@tapegrad/core'
import { compile, type Exported } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CpuView } from '../views.ts'
import { makeCheckIndices } from './check-indices.ts'
import { type IndexKernel, indexKernel, rowLengthOf, runLoops } from './index-kernel.ts'
import { rowLength, splitLoops } from './loops.ts'

/** The `gather` of the backend. */
export type Gather = (x: CpuView, index: CpuView, axis: number, out: CpuView) => void

/** Rows of fewer bytes are copied element by element. */
const shortRow = 32

/** Makes the backend's `gather`; kernels are compiled when they are first needed. */
export function makeGather(memory: WasmMemory): Gather {
  const checkIndices = makeCheckIndices(memory)
  const kernels = new Map<number, Exported<IndexKernel>>()

  function kernel(bytes: number): Exported<IndexKernel> {
    let run = kernels.get(bytes)
    if (run === undefined) {
      run = compile({ run: bytes === 0 ? copyRows() : copyElements(bytes) }, memory.memory).run
      kernels.set(bytes, run)
    }
    return run
  }

  return (x, index, axis, out) => {
    checkIndices('gather', index, x.shape[axis]!, axis)
    const bytes = bytesPerElement(x.dtype)
    const row = rowLength(x, index, axis) * bytes
    const byRows = row >= shortRow
    runLoops(kernel(byRows ? 0 : bytes), splitLoops([index, out, x], axis, byRows), byRows ? row : bytes)
  }
}

function copyRows(): IndexKernel {
  return indexKernel('gatherRows', (fn, out, selected) => {
    fn.bulk('memory.copy', out, selected, rowLengthOf(fn))
  })
}

function copyElements(bytes: number): IndexKernel {
  return indexKernel('gatherElements', (fn, out, selected) => {
    fn.get(out)
    if (bytes === 1) fn.load('i32.load8_u', selected).storeStack('i32.store8')
    else if (bytes === 4) fn.load('i32.load', selected).storeStack('i32.store')
    else fn.load('i64.load', selected).storeStack('i64.store')
  })
}
