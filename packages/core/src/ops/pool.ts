import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type PoolGeometry, windowsAlong } from './conv-geometry.ts'
import type { Padding } from './pad.ts'
import {
  checkPadding,
  checkPerAxis,
  checkSpatialRank,
  type DataFormat,
  inChannelsLast,
  type PerAxis,
} from './spatial-options.ts'

/** Which windows are pooled; a number stands for all spatial axes, a list has one for each. */
export interface PoolOptions {
  /** The sizes of a window. Default: 2. */
  readonly poolSize?: PerAxis
  /** From one window to the next. Default: the window's sizes. */
  readonly strides?: PerAxis
  /**
   * How far windows may reach beyond the input: not at all for `valid`; for `same` so far that there are
   * ⌈size / stride⌉ windows, half of it before and an odd one after; or `[before, after]` for each spatial axis, fewer
   * than the window has. What lies outside is left out. Default: `valid`.
   */
  readonly padding?: 'valid' | 'same' | readonly Padding[]
  /** Where the channels are, in the input and in the result. Default: `channelsLast`. */
  readonly dataFormat?: DataFormat
}

/** Checks the arguments and pools along `spatial` axes. */
export function poolWindows(
  op: string,
  spatial: number,
  x: Tensor,
  options: PoolOptions,
  pool: (x: Tensor, geometry: PoolGeometry) => Tensor,
): Tensor {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['poolSize', 'strides', 'padding', 'dataFormat'])
  const { poolSize = 2, padding = 'valid', dataFormat = 'channelsLast' } = options
  checkSpatialRank(op, x, spatial, dataFormat)
  const window = checkPerAxis(op, 'poolSize', poolSize, spatial)
  const strides = checkPerAxis(op, 'strides', options.strides ?? window, spatial)
  const paddings = checkPadding(op, padding, ['valid', 'same'], spatial)
  if (paddings.some((pair, i) => typeof pair !== 'string' && Math.max(...pair) >= window[i]!)) {
    throw new ArgumentError('padding is not less than the window, which would have no elements', {
      op,
      received: { padding, poolSize },
    })
  }
  return inChannelsLast(x, dataFormat, (last) => {
    const input = last.shape.slice(1, -1)
    const along = input.map((length, i) => windowsAlong(length, window[i]!, strides[i]!, paddings[i]!))
    if (along.some(({ count }, i) => count < 1 && input[i]! > 0)) {
      throw new ShapeError('the window is larger than the padded input', {
        op,
        received: { x, poolSize, padding },
        hint: "padding: 'same' takes what there is",
      })
    }
    return pool(last, {
      input,
      window,
      output: along.map(({ count }, i) => (input[i] === 0 ? 0 : count)),
      strides,
      before: along.map(({ before }) => before),
    })
  })
}

/** The shape of channels-last tensors that agree with `x` but for the spatial axes. */
export function withSpatial(x: Tensor, sides: readonly number[]): readonly number[] {
  return [x.shape[0]!, ...sides, x.shape.at(-1)!]
}
