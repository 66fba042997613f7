import {
  type KernelTable,
  layerNormGradKernel,
  layerNormKernel,
  rmsNormGradKernel,
  rmsNormKernel,
} from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CpuView } from '../views.ts'
import { makeRowNorm, makeRowNormGrad } from './row-norm.ts'

const layer = { name: 'layerNorm', centered: true } as const
const rms = { name: 'rmsNorm', centered: false } as const

/** Adds the kernels of layerNorm and rmsNorm, and of their gradients. */
export function registerNormKernels(kernels: KernelTable, memory: WasmMemory): void {
  const layerNorm = makeRowNorm(memory, layer)
  const layerNormGrad = makeRowNormGrad(memory, layer)
  const rmsNorm = makeRowNorm(memory, rms)
  const rmsNormGrad = makeRowNormGrad(memory, rms)
  kernels.set(
    layerNormKernel,
    (
      x: CpuView,
      gamma: CpuView,
      beta: CpuView,
      epsilon: number,
      out: CpuView,
      mean: CpuView,
      inverse: CpuView,
    ) => layerNorm({ x, gamma, beta, out, mean, inverse }, epsilon),
  )
  kernels.set(
    layerNormGradKernel,
    (
      g: CpuView,
      x: CpuView,
      gamma: CpuView,
      mean: CpuView,
      inverse: CpuView,
      gradX: CpuView,
      gradGamma: CpuView,
      gradBeta: CpuView,
    ) => layerNormGrad({ g, x, gamma, mean, inverse, gradX, gradGamma, gradBeta }),
  )
  kernels.set(rmsNormKernel, (x: CpuView, gamma: CpuView, epsilon: number, out: CpuView, inverse: CpuView) =>
    rmsNorm({ x, gamma, out, inverse }, epsilon),
  )
  kernels.set(
    rmsNormGradKernel,
    (g: CpuView, x: CpuView, gamma: CpuView, inverse: CpuView, gradX: CpuView, gradGamma: CpuView) =>
      rmsNormGrad({ g, x, gamma, inverse, gradX, gradGamma }),
  )
}
