import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type ConvGeometry, spanOf, windowsAlong } from './conv-geometry.ts'
import { convolve } from './convolve.ts'
import type { Padding } from './pad.ts'
import {
  checkPadding,
  checkPerAxis,
  checkSpatialRank,
  type DataFormat,
  inChannelsLast,
  type PerAxis,
} from './spatial-options.ts'

/** How a kernel moves over an input; a number stands for all spatial axes, a list has one for each. */
export interface ConvOptions {
  /** From one position of the kernel to the next. Default: 1. */
  readonly strides?: PerAxis
  /**
   * The zeros around the input: none for `valid`; for `same` as many as give ⌈size / stride⌉ outputs, half of them
   * before and an odd one after; or `[before, after]` for each spatial axis. Default: `valid`.
   */
  readonly padding?: 'valid' | 'same' | readonly Padding[]
  /** From one element that the kernel reads to the next. Default: 1. */
  readonly dilationRate?: PerAxis
  /** Into how many parts the channels fall: each part of the output's sees one of the input's. Default: 1. */
  readonly groups?: number
  /** Where the channels are, in the input and in the result. Default: `channelsLast`. */
  readonly dataFormat?: DataFormat
}

/** The same along one axis, where the zeros may also be all before it. */
export interface Conv1dOptions extends Omit<ConvOptions, 'padding'> {
  /**
   * As for two axes; or `causal`: as many zeros before the input as let an output see what is before it and at its own
   * place, and nothing after. Default: `valid`.
   */
  readonly padding?: 'valid' | 'same' | 'causal' | readonly Padding[]
}

/** The names of {@link ConvOptions} but for `groups`. */
export const spatialOptionNames: readonly string[] = ['strides', 'padding', 'dilationRate', 'dataFormat']

/**
 * The convolution along one axis, out[b, o, c] = Σₖ Σᵢ x[b, o·stride + k·dilation − before, i] · kernel[k, i, c].
 *
 * As everywhere in neural networks, the kernel is not reversed. The result has
 * ⌊(size + padding − (kernel − 1)·dilation − 1) / stride⌋ + 1 steps.
 *
 * @param x A tensor [batch, steps, in], or [batch, in, steps] with `channelsFirst`.
 * @param kernel A tensor [size, in / groups, out], in both formats.
 * @param options `strides`, `padding`, also `causal`, `dilationRate`, `groups` and `dataFormat`.
 * @returns A tensor [batch, steps, out], or [batch, out, steps], in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a kernel that is longer than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/convolution1d/
 * @example
 * ```ts
 * const x = tensor([[[1], [2], [4], [8]]])
 * const kernel = tensor([[[1]], [[10]]])
 * conv1d(x, kernel) // [[[21], [42], [84]]]
 * conv1d(x, kernel, { padding: 'causal' }) // [[[10], [21], [42], [84]]]
 * conv1d(x, kernel, { padding: 'same', strides: 2 }) // [[[21], [84]]]
 * ```
 */
export function conv1d(x: Tensor, kernel: Tensor, options: Conv1dOptions = {}): Tensor {
  return convolution('conv1d', 1, x, kernel, options)
}

/**
 * The convolution along two axes,
 * out[b, p, q, c] = Σᵢ Σⱼ Σₖ x[b, p·stride + i·dilation − top, q·stride + j·dilation − left, k] · kernel[i, j, k, c].
 *
 * As everywhere in neural networks, the kernel is not reversed. Along each spatial axis the result has
 * ⌊(size + padding − (kernel − 1)·dilation − 1) / stride⌋ + 1 elements.
 *
 * @param x A tensor [batch, height, width, in], or [batch, in, height, width] with `channelsFirst`.
 * @param kernel A tensor [height, width, in / groups, out], in both formats.
 * @param options `strides`, `padding`, `dilationRate`, `groups` and `dataFormat`.
 * @returns A tensor [batch, height, width, out], or [batch, out, height, width], in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a kernel that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/convolution2d/
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
 * const kernel = tensor([[1, 0], [0, 1]])
 * const out = conv2d(reshape(x, [1, 3, 3, 1]), reshape(kernel, [2, 2, 1, 1]))
 * reshape(out, [2, 2]) // [[6, 8], [12, 14]]
 * conv2d(ones([1, 28, 28, 3]), ones([5, 5, 3, 8]), { padding: 'same', strides: 2 }).shape // [1, 14, 14, 8]
 * ```
 */
export function conv2d(x: Tensor, kernel: Tensor, options: ConvOptions = {}): Tensor {
  return convolution('conv2d', 2, x, kernel, options)
}

/**
 * The convolution along three axes, as {@link conv2d} along two.
 *
 * @param x A tensor [batch, depth, height, width, in], or [batch, in, depth, height, width] with `channelsFirst`.
 * @param kernel A tensor [depth, height, width, in / groups, out], in both formats.
 * @param options `strides`, `padding`, `dilationRate`, `groups` and `dataFormat`.
 * @returns A tensor [batch, depth, height, width, out], or [batch, out, depth, height, width], in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a kernel that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/convolution3d/
 * @example
 * ```ts
 * conv3d(ones([1, 4, 6, 6, 2]), ones([2, 3, 3, 2, 5])).shape // [1, 3, 4, 4, 5]
 * ```
 */
export function conv3d(x: Tensor, kernel: Tensor, options: ConvOptions = {}): Tensor {
  return convolution('conv3d', 3, x, kernel, options)
}

/** Checks the arguments and convolves along `spatial` axes. */
function convolution(
  op: string,
  spatial: number,
  x: Tensor,
  kernel: Tensor,
  options: ConvOptions | Conv1dOptions,
): Tensor {
  const dataFormat = checkConvInputs(op, spatial, x, kernel, options, [...spatialOptionNames, 'groups'])
  const groups = checkGroups(op, options.groups ?? 1)
  const channels = channelsOf(x, dataFormat)
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number]
  if (channels !== inputs * groups || outputs % groups !== 0) {
    throw new ShapeError('the channels do not fit', {
      op,
      received: { x, kernel, groups, dataFormat },
      expected:
        outputs % groups === 0
          ? `${channels} (channels of x) = ${inputs} (kernel, axis -2) · ${groups} (groups)`
          : `a kernel whose last axis is a multiple of ${groups} groups`,
    })
  }
  return inChannelsLast(x, dataFormat, (last) =>
    convolve(last, kernel, convGeometry(op, spatial, last, kernel, { ...options, groups })),
  )
}

/** What convolutions of all kinds check first: gives the data format. */
export function checkConvInputs(
  op: string,
  spatial: number,
  x: Tensor,
  kernel: Tensor,
  options: { readonly dataFormat?: DataFormat },
  optionNames: readonly string[],
): DataFormat {
  checkInput(op, 'x', x)
  checkInput(op, 'kernel', kernel)
  checkSameBackend(op, x, kernel)
  checkOptionNames(op, options, optionNames)
  const { dataFormat = 'channelsLast' } = options
  checkSpatialRank(op, x, spatial, dataFormat)
  const taps = kernel.shape.slice(0, spatial)
  if (kernel.shape.length === spatial + 2 && !taps.includes(0)) return dataFormat
  throw new ShapeError(
    taps.includes(0)
      ? 'the kernel has no elements along an axis'
      : `the kernel does not have ${spatial + 2} dimensions`,
    { op, received: { x, kernel }, expected: `${spatial} spatial axes, then two of channels` },
  )
}

export function checkGroups(op: string, groups: number): number {
  if (Number.isInteger(groups) && groups >= 1) return groups
  throw new ArgumentError('groups is not a whole number of at least 1', { op, received: { groups } })
}

export function channelsOf(x: Tensor, dataFormat: DataFormat): number {
  return x.shape[dataFormat === 'channelsLast' ? x.shape.length - 1 : 1]!
}

/** How a kernel [...taps, …, …] moves over a tensor [batch, ...spatial, channels]. */
export function convGeometry(
  op: string,
  spatial: number,
  x: Tensor,
  kernel: Tensor,
  options: ConvOptions | Conv1dOptions,
): ConvGeometry {
  const names = spatial === 1 ? (['valid', 'same', 'causal'] as const) : (['valid', 'same'] as const)
  const strides = checkPerAxis(op, 'strides', options.strides ?? 1, spatial)
  const dilations = checkPerAxis(op, 'dilationRate', options.dilationRate ?? 1, spatial)
  const paddings = checkPadding<'valid' | 'same' | 'causal'>(op, options.padding ?? 'valid', names, spatial)
  const input = x.shape.slice(1, -1)
  const window = kernel.shape.slice(0, spatial)
  const along = input.map((length, i) =>
    windowsAlong(length, spanOf(window[i]!, dilations[i]!), strides[i]!, paddings[i]!),
  )
  if (along.some(({ count }, i) => count < 1 && input[i]! > 0)) {
    throw new ShapeError('the kernel is larger than the padded input', {
      op,
      received: { x, kernel, padding: options.padding ?? 'valid', dilationRate: dilations },
      hint: "padding: 'same' has an output for every input",
    })
  }
  return {
    input,
    window,
    output: along.map(({ count }) => Math.max(0, count)),
    strides,
    before: along.map(({ before }) => before),
    dilations,
    groups: options.groups ?? 1,
  }
}
