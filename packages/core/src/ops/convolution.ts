export { type Conv1dOptions, type ConvOptions, conv1d, conv2d, conv3d } from './conv.ts'
export type { ConvGeometry, PoolGeometry } from './conv-geometry.ts'
export {
  type ConvTransposeOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './conv-transpose.ts'
export { convInputGradientKernel, convKernel, convKernelGradientKernel } from './convolve.ts'
export {
  type DepthwiseConv1dOptions,
  type DepthwiseConvOptions,
  depthwiseConv1d,
  depthwiseConv2d,
} from './depthwise-conv.ts'
export { separableConv1d, separableConv2d } from './separable-conv.ts'
export type { DataFormat, PerAxis } from './spatial-options.ts'
