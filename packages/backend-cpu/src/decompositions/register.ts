import { choleskyKernel, type KernelTable, luKernel, qrKernel, triangularSolveKernel } from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { makeCholesky } from './cholesky.ts'
import { makeLU } from './lu.ts'
import { makeForEachMatrix } from './matrices.ts'
import { makeQR } from './qr.ts'
import { makeTriangularSolve } from './triangular-solve.ts'

/** Adds the kernels of matrix decompositions. */
export function registerDecompositionKernels(kernels: KernelTable, memory: WasmMemory): void {
  const forEachMatrix = makeForEachMatrix(memory)
  kernels.set(luKernel, makeLU(memory, forEachMatrix))
  kernels.set(choleskyKernel, makeCholesky(forEachMatrix))
  kernels.set(triangularSolveKernel, makeTriangularSolve(forEachMatrix))
  kernels.set(qrKernel, makeQR(memory, forEachMatrix))
}
