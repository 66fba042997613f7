import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkConvInputs, convGeometry, spatialOptionNames } from './conv.ts'
import { convolve } from './convolve.ts'
import {
  checkDepthwiseChannels,
  convolveDepthwise,
  type DepthwiseConv1dOptions,
  type DepthwiseConvOptions,
} from './depthwise-conv.ts'
import { inChannelsLast } from './spatial-options.ts'

/**
 * A depthwise convolution along one axis, and then one that mixes the channels of each step:
 * conv1d(depthwiseConv1d(x, depthwiseKernel), pointwiseKernel).
 *
 * @param x A tensor [batch, steps, channels], or [batch, channels, steps] with `channelsFirst`.
 * @param depthwiseKernel A tensor [size, channels, multiplier], in both formats.
 * @param pointwiseKernel A tensor [1, channels · multiplier, out], in both formats.
 * @param options `strides`, `padding`, also `causal`, `dilationRate` and `dataFormat`, of the depthwise convolution.
 * @returns A tensor [batch, steps, out], or [batch, out, steps], in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a kernel that is longer than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/separable_convolution1d/
 * @example
 * ```ts
 * const x = tensor([[[1, 5], [2, 6], [3, 7]]])
 * const depthwise = tensor([[[1], [0]], [[10], [1]]])
 * separableConv1d(x, depthwise, tensor([[[1], [100]]])) // [[[621], [732]]]
 * ```
 */
export function separableConv1d(
  x: Tensor,
  depthwiseKernel: Tensor,
  pointwiseKernel: Tensor,
  options: DepthwiseConv1dOptions = {},
): Tensor {
  return separable('separableConv1d', 1, x, depthwiseKernel, pointwiseKernel, options)
}

/**
 * A depthwise convolution along two axes, and then one that mixes the channels of each place:
 * conv2d(depthwiseConv2d(x, depthwiseKernel), pointwiseKernel).
 *
 * @param x A tensor [batch, height, width, channels], or [batch, channels, height, width] with `channelsFirst`.
 * @param depthwiseKernel A tensor [height, width, channels, multiplier], in both formats.
 * @param pointwiseKernel A tensor [1, 1, channels · multiplier, out], in both formats.
 * @param options `strides`, `padding`, `dilationRate` and `dataFormat`, of the depthwise convolution.
 * @returns A tensor [batch, height, width, out], or [batch, out, height, width], in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a kernel that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/separable_convolution2d/
 * @example
 * ```ts
 * separableConv2d(ones([1, 8, 8, 3]), ones([3, 3, 3, 2]), ones([1, 1, 6, 4])).shape // [1, 6, 6, 4]
 * ```
 */
export function separableConv2d(
  x: Tensor,
  depthwiseKernel: Tensor,
  pointwiseKernel: Tensor,
  options: DepthwiseConvOptions = {},
): Tensor {
  return separable('separableConv2d', 2, x, depthwiseKernel, pointwiseKernel, options)
}

function separable(
  op: string,
  spatial: number,
  x: Tensor,
  depthwiseKernel: Tensor,
  pointwiseKernel: Tensor,
  options: DepthwiseConvOptions | DepthwiseConv1dOptions,
): Tensor {
  const dataFormat = checkConvInputs(op, spatial, x, depthwiseKernel, options, spatialOptionNames)
  checkInput(op, 'pointwiseKernel', pointwiseKernel)
  checkSameBackend(op, x, pointwiseKernel)
  checkDepthwiseChannels(op, x, depthwiseKernel, dataFormat)
  const channels = depthwiseKernel.shape.at(-1)! * depthwiseKernel.shape.at(-2)!
  const expected = [...new Array<number>(spatial).fill(1), channels]
  const fits =
    pointwiseKernel.shape.length === spatial + 2 &&
    expected.every((side, i) => pointwiseKernel.shape[i] === side)
  if (!fits) {
    throw new ShapeError('the pointwise kernel does not fit', {
      op,
      received: { depthwiseKernel, pointwiseKernel },
      expected: `[${expected.join(', ')}, out]`,
    })
  }
  return inChannelsLast(x, dataFormat, (last) =>
    tidy(() => {
      const each = convolveDepthwise(op, spatial, last, depthwiseKernel, options)
      return convolve(each, pointwiseKernel, convGeometry(op, spatial, each, pointwiseKernel, {}))
    }),
  )
}
