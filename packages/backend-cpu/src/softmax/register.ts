import {
  type KernelTable,
  logSoftmaxGradKernel,
  logSoftmaxKernel,
  softmaxCrossEntropyKernel,
  softmaxGradKernel,
  softmaxKernel,
  sparseSoftmaxCrossEntropyKernel,
} from '@tapegrad/core'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import type { CpuView } from '../views.ts'
import { makeAlongAxis } from './along-axis.ts'
import { makeCrossEntropy, makeSparseCrossEntropy } from './cross-entropy.ts'

/** Adds the kernels of softmax, logSoftmax and their gradients. */
export function registerSoftmaxKernels(kernels: KernelTable, memory: WasmMemory): void {
  const softmax = makeAlongAxis(memory, 'softmax')
  const softmaxGrad = makeAlongAxis(memory, 'softmaxGrad')
  const logSoftmax = makeAlongAxis(memory, 'logSoftmax')
  const logSoftmaxGrad = makeAlongAxis(memory, 'logSoftmaxGrad')
  kernels.set(softmaxKernel, (x: CpuView, axis: number, out: CpuView) => softmax([x, out], axis))
  kernels.set(softmaxGradKernel, (g: CpuView, y: CpuView, axis: number, out: CpuView) =>
    softmaxGrad([g, y, out], axis),
  )
  kernels.set(logSoftmaxKernel, (x: CpuView, axis: number, out: CpuView) => logSoftmax([x, out], axis))
  kernels.set(logSoftmaxGradKernel, (g: CpuView, y: CpuView, axis: number, out: CpuView) =>
    logSoftmaxGrad([g, y, out], axis),
  )
}

/** Adds the kernels of the cross-entropies of logits. */
export function registerCrossEntropyKernels(kernels: KernelTable, memory: WasmMemory): void {
  kernels.set(softmaxCrossEntropyKernel, makeCrossEntropy(memory))
  kernels.set(sparseSoftmaxCrossEntropyKernel, makeSparseCrossEntropy(memory))
}
