import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  type Conv1dOptions,
  type ConvOptions,
  channelsOf,
  checkConvInputs,
  convGeometry,
  spatialOptionNames,
} from './conv.ts'
import { convolve } from './convolve.ts'
import { reshapeTo } from './reshape.ts'
import { type DataFormat, inChannelsLast } from './spatial-options.ts'

/** How the kernels of {@link depthwiseConv1d} move over an input. */
export type DepthwiseConv1dOptions = Omit<Conv1dOptions, 'groups'>

/** How the kernels of {@link depthwiseConv2d} move over an input. */
export type DepthwiseConvOptions = Omit<ConvOptions, 'groups'>

/**
 * The convolution along one axis of each channel by itself, with kernels of its own:
 * out[b, o, i·multiplier + m] = Σₖ x[b, o·stride + k·dilation − before, i] · kernel[k, i, m].
 *
 * @param x A tensor [batch, steps, channels], or [batch, channels, steps] with `channelsFirst`.
 * @param kernel A tensor [size, channels, multiplier], in both formats.
 * @param options `strides`, `padding`, also `causal`, `dilationRate` and `dataFormat`.
 * @returns A tensor [batch, steps, channels · multiplier], or with the channels first, in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a kernel that is longer than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/depthwise_convolution1d/
 * @example
 * ```ts
 * const x = tensor([[[1, 5], [2, 6], [3, 7]]])
 * const kernel = tensor([[[1], [0]], [[10], [1]]])
 * depthwiseConv1d(x, kernel) // [[[21, 6], [32, 7]]]
 * ```
 */
export function depthwiseConv1d(x: Tensor, kernel: Tensor, options: DepthwiseConv1dOptions = {}): Tensor {
  return checkedDepthwise('depthwiseConv1d', 1, x, kernel, options)
}

/**
 * The convolution along two axes of each channel by itself, with kernels of its own:
 * out[b, p, q, k·multiplier + m] = Σᵢ Σⱼ x[b, p·stride + i·dilation − top, q·stride + j·dilation − left, k] · kernel[i, j, k, m].
 *
 * @param x A tensor [batch, height, width, channels], or [batch, channels, height, width] with `channelsFirst`.
 * @param kernel A tensor [height, width, channels, multiplier], in both formats.
 * @param options `strides`, `padding`, `dilationRate` and `dataFormat`.
 * @returns A tensor [batch, height, width, channels · multiplier], or with the channels first, in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a kernel that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/
 * @example
 * ```ts
 * depthwiseConv2d(ones([1, 8, 8, 3]), ones([3, 3, 3, 2])).shape // [1, 6, 6, 6]
 * ```
 */
export function depthwiseConv2d(x: Tensor, kernel: Tensor, options: DepthwiseConvOptions = {}): Tensor {
  return checkedDepthwise('depthwiseConv2d', 2, x, kernel, options)
}

function checkedDepthwise(
  op: string,
  spatial: number,
  x: Tensor,
  kernel: Tensor,
  options: DepthwiseConvOptions | DepthwiseConv1dOptions,
): Tensor {
  const dataFormat = checkConvInputs(op, spatial, x, kernel, options, spatialOptionNames)
  checkDepthwiseChannels(op, x, kernel, dataFormat)
  return inChannelsLast(x, dataFormat, (last) => convolveDepthwise(op, spatial, last, kernel, options))
}

export function checkDepthwiseChannels(op: string, x: Tensor, kernel: Tensor, dataFormat: DataFormat): void {
  const channels = channelsOf(x, dataFormat)
  if (channels === kernel.shape.at(-2)) return
  throw new ShapeError('the channels do not fit', {
    op,
    received: { x, kernel, dataFormat },
    expected: `${channels} (channels of x) = ${kernel.shape.at(-2)} (kernel, axis -2)`,
  })
}

/** The convolution of each channel of a channels-last tensor: each is a group. */
export function convolveDepthwise(
  op: string,
  spatial: number,
  x: Tensor,
  kernel: Tensor,
  options: DepthwiseConvOptions | DepthwiseConv1dOptions,
): Tensor {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number]
  const geometry = convGeometry(op, spatial, x, kernel, { ...options, groups: Math.max(1, channels) })
  return tidy(() => {
    const to = [...geometry.window, channels === 0 ? 0 : 1, channels * multiplier]
    return convolve(x, reshapeTo(kernel, { from: kernel.shape, to }), geometry)
  })
}
