import { type CpuBackend, type CpuKernels, cpuBackendWith } from './custom-backend.ts'
import { registerDecompositionKernels } from './decompositions/register.ts'
import { registerNormKernels } from './normalization/register.ts'
import {
  registerAdamKernel,
  registerFormulaStepKernel,
  registerRMSpropKernel,
  registerSGDKernel,
} from './optimizer/register.ts'
import type { CpuBackendOptions } from './options.ts'
import { registerRecurrentKernels } from './recurrent/register.ts'
import { registerScanKernels } from './scan/register.ts'
import { registerCrossEntropyKernels, registerSoftmaxKernels } from './softmax/register.ts'
import { registerSortKernel } from './sort/register.ts'
import { registerConvolutionKernels, registerPoolingKernels } from './spatial/register.ts'

const allKernels: readonly CpuKernels[] = [
  registerSoftmaxKernels,
  registerCrossEntropyKernels,
  registerNormKernels,
  registerRecurrentKernels,
  registerSGDKernel,
  registerRMSpropKernel,
  registerAdamKernel,
  registerFormulaStepKernel,
  registerScanKernels,
  registerSortKernel,
  registerDecompositionKernels,
  registerConvolutionKernels,
  registerPoolingKernels,
]

/**
 * Makes the backend that computes on the CPU, in WebAssembly kernels with vector instructions.
 *
 * It is ready at once and has every fused kernel. Kernels are emitted and compiled when they are first used.
 *
 * @throws {@link ArgumentError} for unknown options or values out of range.
 * @throws {@link UnsupportedError} where the JavaScript engine has no WebAssembly SIMD.
 * @example
 * ```ts
 * import { cpuBackend } from '@tapegrad/backend-cpu'
 * import { add, setBackend, tensor } from '@tapegrad/core'
 *
 * setBackend(cpuBackend({ memoryLimit: 2 ** 30 }))
 * console.log(add(tensor([1, 2]), 1).dataSync()) // Float32Array [ 2, 3 ]
 * ```
 */
export function cpuBackend(options: CpuBackendOptions = {}): CpuBackend {
  return cpuBackendWith(allKernels, options)
}
