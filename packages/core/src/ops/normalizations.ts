export type { CrossEntropyOptions } from './cross-entropy-inputs.ts'
export { type L2NormalizeOptions, l2Normalize } from './l2-normalize.ts'
export { logSoftmax, logSoftmaxGradKernel, logSoftmaxKernel } from './log-softmax.ts'
export { sigmoidCrossEntropyWithLogits } from './sigmoid-cross-entropy.ts'
export { type SoftmaxOptions, softmax, softmaxGradKernel, softmaxKernel } from './softmax.ts'
export { softmaxCrossEntropyKernel, softmaxCrossEntropyWithLogits } from './softmax-cross-entropy.ts'
export {
  sparseSoftmaxCrossEntropyKernel,
  sparseSoftmaxCrossEntropyWithLogits,
} from './sparse-softmax-cross-entropy.ts'
