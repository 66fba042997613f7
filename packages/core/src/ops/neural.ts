export { type AttentionWeightsOptions, attentionWeights } from './attention-weights.ts'
export { type BatchNormOptions, batchNorm } from './batch-norm.ts'
export { type DropoutMaskOptions, dropout } from './dropout.ts'
export { type EmbeddingLookupOptions, embedding } from './embedding.ts'
export { type GroupNormOptions, groupNorm } from './group-norm.ts'
export { type GruOptions, type GruResult, gru } from './gru.ts'
export { gruGradKernel, gruKernel } from './gru-kernel.ts'
export { type LayerNormOptions, layerNorm, layerNormGradKernel, layerNormKernel } from './layer-norm.ts'
export { type LstmOptions, type LstmResult, lstm } from './lstm.ts'
export { lstmGradKernel, lstmKernel } from './lstm-kernel.ts'
export { type Moments, type MomentsOptions, moments } from './moments.ts'
export type { RecurrentOptions } from './recurrent-inputs.ts'
export { type RMSNormOptions, rmsNorm, rmsNormGradKernel, rmsNormKernel } from './rms-norm.ts'
export {
  type ScaledDotProductAttentionOptions,
  scaledDotProductAttention,
} from './scaled-dot-product-attention.ts'
