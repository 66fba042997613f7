export { type CpuBackend, type CpuKernels, cpuBackendWith } from './custom-backend.ts'
export { registerDecompositionKernels as decompositionKernels } from './decompositions/register.ts'
export { registerNormKernels as normKernels } from './normalization/register.ts'
export {
  registerAdamKernel as adamKernels,
  registerFormulaStepKernel as formulaStepKernels,
  registerRMSpropKernel as rmspropKernels,
  registerSGDKernel as sgdKernels,
} from './optimizer/register.ts'
export type { CpuBackendOptions } from './options.ts'
export { registerRecurrentKernels as recurrentKernels } from './recurrent/register.ts'
export { registerScanKernels as scanKernels } from './scan/register.ts'
export {
  registerCrossEntropyKernels as crossEntropyKernels,
  registerSoftmaxKernels as softmaxKernels,
} from './softmax/register.ts'
export { registerSortKernel as sortKernels } from './sort/register.ts'
export {
  registerConvolutionKernels as convolutionKernels,
  registerPoolingKernels as poolingKernels,
} from './spatial/register.ts'
