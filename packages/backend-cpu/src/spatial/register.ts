import {
  averagePoolGradientKernel,
  averagePoolKernel,
  type ConvGeometry,
  convInputGradientKernel,
  convKernel,
  convKernelGradientKernel,
  type KernelTable,
  maxPoolGradientKernel,
  maxPoolKernel,
  type PoolGeometry,
} from '@tapegrad/core'
import type { Arithmetic } from '../arithmetic.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CpuView } from '../views.ts'
import { makeConvolution } from './convolution.ts'
import type { FloatDType } from './float-type.ts'
import { makePooling } from './pooling.ts'

const dtypeOf = (view: CpuView) => view.dtype as FloatDType

/** Adds the kernels of convolutions and of their gradients; they are compiled when they are first needed. */
export function registerConvolutionKernels(
  kernels: KernelTable,
  memory: WasmMemory,
  arithmetic: Arithmetic,
): void {
  const convolutions = {
    float32: makeConvolution(memory, 'float32', arithmetic),
    float64: makeConvolution(memory, 'float64', arithmetic),
  }
  type Conv = (a: CpuView, b: CpuView, geometry: ConvGeometry, out: CpuView) => void
  const forward: Conv = (x, kernel, geometry, out) =>
    convolutions[dtypeOf(out)].forward(x, kernel, geometry, out)
  const inputGradient: Conv = (g, kernel, geometry, out) =>
    convolutions[dtypeOf(out)].inputGradient(g, kernel, geometry, out)
  const kernelGradient: Conv = (x, g, geometry, out) =>
    convolutions[dtypeOf(out)].kernelGradient(x, g, geometry, out)
  kernels.set(convKernel, forward)
  kernels.set(convInputGradientKernel, inputGradient)
  kernels.set(convKernelGradientKernel, kernelGradient)
}

/** Adds the kernels of pooling and of its gradients; they are compiled when they are first needed. */
export function registerPoolingKernels(kernels: KernelTable, memory: WasmMemory): void {
  const pooling = { float32: makePooling(memory, 'float32'), float64: makePooling(memory, 'float64') }
  kernels.set(maxPoolKernel, (x: CpuView, geometry: PoolGeometry, out: CpuView) =>
    pooling[dtypeOf(out)].max(x, geometry, out),
  )
  kernels.set(maxPoolGradientKernel, (g: CpuView, x: CpuView, geometry: PoolGeometry, out: CpuView) =>
    pooling[dtypeOf(out)].maxGradient(g, x, geometry, out),
  )
  kernels.set(averagePoolKernel, (x: CpuView, geometry: PoolGeometry, out: CpuView) =>
    pooling[dtypeOf(out)].average(x, geometry, out),
  )
  kernels.set(averagePoolGradientKernel, (g: CpuView, geometry: PoolGeometry, out: CpuView) =>
    pooling[dtypeOf(out)].averageGradient(g, geometry, out),
  )
}
