export { Activation, type ActivationOptions } from './activation.ts'
export { ActivityRegularization, type ActivityRegularizationOptions } from './activity-regularization.ts'
export type { BaseConvOptions } from './base-conv.ts'
export { Conv1D, type Conv1DOptions } from './conv1d.ts'
export { Conv1DTranspose, type Conv1DTransposeOptions } from './conv1d-transpose.ts'
export { Conv2D, type Conv2DOptions } from './conv2d.ts'
export { Conv2DTranspose, type Conv2DTransposeOptions } from './conv2d-transpose.ts'
export { Conv3D, type Conv3DOptions } from './conv3d.ts'
export { Conv3DTranspose, type Conv3DTransposeOptions } from './conv3d-transpose.ts'
export { Dense, type DenseOptions } from './dense.ts'
export type { BaseDepthwiseConvOptions } from './depthwise-conv.ts'
export { DepthwiseConv1D, type DepthwiseConv1DOptions } from './depthwise-conv1d.ts'
export { DepthwiseConv2D, type DepthwiseConv2DOptions } from './depthwise-conv2d.ts'
export { Dropout, type DropoutOptions } from './dropout.ts'
export { Flatten, type FlattenOptions } from './flatten.ts'
export {
  Lambda,
  type LambdaArguments,
  type LambdaFunction,
  type LambdaMask,
  type LambdaOptions,
  type LambdaOutputShape,
} from './lambda.ts'
export { Masking, type MaskingOptions } from './masking.ts'
export { Permute, type PermuteOptions } from './permute.ts'
export type { PlainConvOptions } from './plain-conv.ts'
export { RepeatVector, type RepeatVectorOptions } from './repeat-vector.ts'
export { Reshape, type ReshapeOptions } from './reshape.ts'
export type { BaseSeparableConvOptions } from './separable-conv.ts'
export { SeparableConv1D, type SeparableConv1DOptions } from './separable-conv1d.ts'
export { SeparableConv2D, type SeparableConv2DOptions } from './separable-conv2d.ts'
export type { TransposedConvOptions } from './transposed-conv.ts'
