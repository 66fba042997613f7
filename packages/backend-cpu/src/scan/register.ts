import {
  type ArgReduceOp,
  cummaxKernel,
  cumminKernel,
  cumprodKernel,
  cumsumKernel,
  type KernelTable,
} from '@tapegrad/core'
import { compile, type Exported } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CpuView } from '../views.ts'
import { type CumulativeOp, cumulativeKernel, type ScanType } from './cumulative-kernel.ts'
import { extremeKernel } from './extreme-kernel.ts'
import { runWalk, type WalkKernel } from './walk-kernel.ts'

/** Adds the kernels of cumsum, cumprod, cummax and cummin; they are compiled when they are first needed. */
export function registerScanKernels(kernels: KernelTable, memory: WasmMemory): void {
  const compiled = new Map<string, Exported<WalkKernel>>()
  const known = (name: string, make: () => WalkKernel): Exported<WalkKernel> => {
    let run = compiled.get(name)
    if (run === undefined) {
      run = compile({ run: make() }, memory.memory).run
      compiled.set(name, run)
    }
    return run
  }
  const cumulative = (op: CumulativeOp) => (x: CpuView, axis: number, reverse: boolean, out: CpuView) => {
    const run = known(`${op} ${x.dtype}`, () => cumulativeKernel(x.dtype as ScanType, op))
    runWalk(run, x, out, axis, reverse)
  }
  const extreme = (op: ArgReduceOp) => (x: CpuView, axis: number, out: CpuView) => {
    const run = known(`${op} ${x.dtype}`, () => extremeKernel(x.dtype as ScanType, op))
    runWalk(run, x, out, axis, false)
  }
  kernels.set(cumsumKernel, cumulative('add'))
  kernels.set(cumprodKernel, cumulative('mul'))
  kernels.set(cummaxKernel, extreme('max'))
  kernels.set(cumminKernel, extreme('min'))
}
