import { ArgumentError, ShapeError } from '../errors/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { channelsOf, checkConvInputs, checkGroups, spatialOptionNames } from './conv.ts'
import { type ConvGeometry, spanOf, transposedAlong } from './conv-geometry.ts'
import { convInputGradient } from './convolve.ts'
import type { Padding } from './pad.ts'
import {
  checkPadding,
  checkPerAxis,
  type DataFormat,
  inChannelsLast,
  type PerAxis,
} from './spatial-options.ts'

/** How a kernel is spread over an output; a number stands for all spatial axes, a list has one for each. */
export interface ConvTransposeOptions {
  /** From one input's place in the output to the next. Default: 1. */
  readonly strides?: PerAxis
  /**
   * What is cut off the output: nothing for `valid`; for `same` as much as leaves size · stride elements; or
   * `[before, after]` for each spatial axis. Default: `valid`.
   */
  readonly padding?: 'valid' | 'same' | readonly Padding[]
  /**
   * Elements to add at the end of each axis, fewer than its stride: to the last place of the kernel for `valid`, to
   * (size − 1) · stride and one more for an odd kernel for `same`. Default: as many as make the output at least
   * size · stride for `valid`, exactly that for `same`, and none for a list.
   */
  readonly outputPadding?: PerAxis
  /** From one element that the kernel writes to the next. Default: 1. */
  readonly dilationRate?: PerAxis
  /** Into how many parts the channels fall: each part of the input's goes to one of the output's. Default: 1. */
  readonly groups?: number
  /** Where the channels are, in the input and in the result. Default: `channelsLast`. */
  readonly dataFormat?: DataFormat
}

/**
 * The transposed convolution along one axis, the gradient of a convolution's input:
 * out[b, o·stride + k·dilation − before, i] = Σ x[b, o, c] · kernel[k, i, c].
 *
 * The result has (steps − 1)·stride + (size − 1)·dilation + 1 steps with `valid`, but at least steps·stride, and
 * steps·stride with `same`.
 *
 * @param x A tensor [batch, steps, in], or [batch, in, steps] with `channelsFirst`.
 * @param kernel A tensor [size, out / groups, in], in both formats.
 * @param options `strides`, `padding`, `outputPadding`, `dilationRate`, `groups` and `dataFormat`.
 * @returns A tensor [batch, steps, out], or [batch, out, steps], in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a padding that leaves nothing, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/convolution1d_transpose/
 * @example
 * ```ts
 * const x = tensor([[[1], [2], [4]]])
 * const kernel = tensor([[[1]], [[10]]])
 * convTranspose1d(x, kernel) // [[[1], [12], [24], [40]]]
 * convTranspose1d(x, kernel, { strides: 2 }) // [[[1], [10], [2], [20], [4], [40]]]
 * convTranspose1d(x, kernel, { padding: 'same' }) // [[[1], [12], [24]]]
 * ```
 */
export function convTranspose1d(x: Tensor, kernel: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convolutionTranspose('convTranspose1d', 1, x, kernel, options)
}

/**
 * The transposed convolution along two axes, the gradient of a convolution's input:
 * out[b, p·stride + i·dilation − top, q·stride + j·dilation − left, k] = Σ x[b, p, q, c] · kernel[i, j, k, c].
 *
 * Along each spatial axis the result has (size − 1)·stride + (kernel − 1)·dilation + 1 elements with `valid`, but at
 * least size·stride, and size·stride with `same`.
 *
 * @param x A tensor [batch, height, width, in], or [batch, in, height, width] with `channelsFirst`.
 * @param kernel A tensor [height, width, out / groups, in], in both formats.
 * @param options `strides`, `padding`, `outputPadding`, `dilationRate`, `groups` and `dataFormat`.
 * @returns A tensor [batch, height, width, out], or [batch, out, height, width], in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a padding that leaves nothing, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/convolution2d_transpose/
 * @example
 * ```ts
 * const x = ones([1, 7, 7, 8])
 * const kernel = ones([3, 3, 4, 8])
 * convTranspose2d(x, kernel, { strides: 2 }).shape // [1, 15, 15, 4]
 * convTranspose2d(x, kernel, { strides: 2, padding: 'same' }).shape // [1, 14, 14, 4]
 * ```
 */
export function convTranspose2d(x: Tensor, kernel: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convolutionTranspose('convTranspose2d', 2, x, kernel, options)
}

/**
 * The transposed convolution along three axes, as {@link convTranspose2d} along two.
 *
 * @param x A tensor [batch, depth, height, width, in], or [batch, in, depth, height, width] with `channelsFirst`.
 * @param kernel A tensor [depth, height, width, out / groups, in], in both formats.
 * @param options `strides`, `padding`, `outputPadding`, `dilationRate`, `groups` and `dataFormat`.
 * @returns A tensor [batch, depth, height, width, out], or [batch, out, depth, height, width], in the promoted dtype.
 * @throws {@link ShapeError} for tensors of another rank, channels that do not fit or a padding that leaves nothing, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/convolution_layers/convolution3d_transpose/
 * @example
 * ```ts
 * convTranspose3d(ones([1, 2, 3, 3, 4]), ones([2, 2, 2, 5, 4]), { strides: 2 }).shape // [1, 4, 6, 6, 5]
 * ```
 */
export function convTranspose3d(x: Tensor, kernel: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convolutionTranspose('convTranspose3d', 3, x, kernel, options)
}

function convolutionTranspose(
  op: string,
  spatial: number,
  x: Tensor,
  kernel: Tensor,
  options: ConvTransposeOptions,
): Tensor {
  const names = [...spatialOptionNames, 'outputPadding', 'groups']
  const dataFormat = checkConvInputs(op, spatial, x, kernel, options, names)
  const groups = checkGroups(op, options.groups ?? 1)
  const channels = channelsOf(x, dataFormat)
  if (channels !== kernel.shape.at(-1) || channels % groups !== 0) {
    throw new ShapeError('the channels do not fit', {
      op,
      received: { x, kernel, groups, dataFormat },
      expected:
        channels % groups === 0
          ? `${channels} (channels of x) = ${kernel.shape.at(-1)} (kernel, axis -1)`
          : `channels that are a multiple of ${groups} groups`,
      ...(channels === kernel.shape.at(-2)
        ? { hint: 'the kernel is [...size, out, in], not [...size, in, out]' }
        : {}),
    })
  }
  return inChannelsLast(x, dataFormat, (last) =>
    convInputGradient(last, kernel, transposedGeometry(op, last, kernel, { ...options, groups })),
  )
}

/** The convolution whose input's gradient it is. */
function transposedGeometry(
  op: string,
  x: Tensor,
  kernel: Tensor,
  options: ConvTransposeOptions,
): ConvGeometry {
  const output = x.shape.slice(1, -1)
  const spatial = output.length
  const window = kernel.shape.slice(0, spatial)
  const strides = checkPerAxis(op, 'strides', options.strides ?? 1, spatial)
  const dilations = checkPerAxis(op, 'dilationRate', options.dilationRate ?? 1, spatial)
  const paddings = checkPadding(op, options.padding ?? 'valid', ['valid', 'same'], spatial)
  const added = checkOutputPadding(op, options.outputPadding, strides)
  const along = output.map((length, i) =>
    transposedAlong(length, spanOf(window[i]!, dilations[i]!), strides[i]!, paddings[i]!, added?.[i]),
  )
  if (along.some(({ size }) => size < 0)) {
    throw new ShapeError('the padding cuts off more than there is', {
      op,
      received: { x, kernel, padding: options.padding ?? 'valid' },
    })
  }
  return {
    input: along.map(({ size }) => size),
    window,
    output,
    strides,
    before: along.map(({ before }) => before),
    dilations,
    groups: options.groups ?? 1,
  }
}

function checkOutputPadding(
  op: string,
  outputPadding: PerAxis | undefined,
  strides: readonly number[],
): readonly number[] | undefined {
  if (outputPadding === undefined) return undefined
  const added = checkPerAxis(op, 'outputPadding', outputPadding, strides.length, 0)
  if (added.every((count, i) => count < strides[i]!)) return added
  throw new ArgumentError('outputPadding is not less than the stride', {
    op,
    received: { outputPadding, strides },
  })
}
