import { checkInput } from '../autodiff/inputs.ts'
import { emptyAxis } from '../dispatch/reduction.ts'
import { checkFlag } from '../errors/flag.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { max } from './max.ts'
import { mean } from './mean.ts'
import { checkDataFormat, type DataFormat } from './spatial-options.ts'

/** What is reduced to one element of each channel. */
export interface GlobalPoolOptions {
  /** Where the channels are. Default: `channelsLast`. */
  readonly dataFormat?: DataFormat
  /** Whether the spatial axes stay, with size 1. Default: false. */
  readonly keepDims?: boolean
}

/**
 * The largest element of each channel, over all spatial axes; NaN where any is.
 *
 * Elements that are equally large share the gradient, as in {@link max}.
 *
 * @param x A tensor [batch, ...spatial, channels], or [batch, channels, ...spatial] with `channelsFirst`, of at least one spatial axis.
 * @param options `dataFormat` (default: `channelsLast`) and `keepDims` (default: false).
 * @returns A tensor [batch, channels] in the dtype of x.
 * @throws {@link ShapeError} for a tensor without spatial axes, {@link ArgumentError} for options that there are not, or where there is nothing to choose from.
 * @see https://keras.io/api/layers/pooling_layers/global_max_pooling2d/
 * @example
 * ```ts
 * globalMaxPool(tensor([[[1, 8], [5, 2], [3, 4]]])) // [[5, 8]]
 * globalMaxPool(ones([2, 7, 7, 3]), { keepDims: true }).shape // [2, 1, 1, 3]
 * ```
 */
export function globalMaxPool<D extends DType>(x: Tensor<D>, options: GlobalPoolOptions = {}): Tensor<D> {
  const { axis, keepDims } = overSpace('globalMaxPool', x, options)
  if (axis.some((i) => x.shape[i] === 0)) throw emptyAxis('globalMaxPool', x, axis)
  return max(x, { axis, keepDims })
}

/**
 * The mean of each channel, over all spatial axes.
 *
 * @param x A tensor [batch, ...spatial, channels], or [batch, channels, ...spatial] with `channelsFirst`, of at least one spatial axis.
 * @param options `dataFormat` (default: `channelsLast`) and `keepDims` (default: false).
 * @returns A tensor [batch, channels] of floats; integers give float32, and no elements NaN.
 * @throws {@link ShapeError} for a tensor without spatial axes, {@link ArgumentError} for options that there are not.
 * @see https://keras.io/api/layers/pooling_layers/global_average_pooling2d/
 * @example
 * ```ts
 * globalAveragePool(tensor([[[1, 8], [5, 3], [3, 4]]])) // [[3, 5]]
 * globalAveragePool(ones([2, 3, 7, 7]), { dataFormat: 'channelsFirst' }).shape // [2, 3]
 * ```
 */
export function globalAveragePool(x: Tensor, options: GlobalPoolOptions = {}): Tensor {
  return mean(x, overSpace('globalAveragePool', x, options))
}

function overSpace(
  op: string,
  x: Tensor,
  options: GlobalPoolOptions,
): { readonly axis: readonly number[]; readonly keepDims: boolean } {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['dataFormat', 'keepDims'])
  const { dataFormat = 'channelsLast' } = options
  const keepDims = checkFlag(op, 'keepDims', options.keepDims)
  checkDataFormat(op, dataFormat)
  if (x.shape.length < 3) {
    throw new ShapeError('x has no spatial axes', {
      op,
      received: { x },
      expected:
        dataFormat === 'channelsLast' ? '[batch, ...spatial, channels]' : '[batch, channels, ...spatial]',
    })
  }
  const first = dataFormat === 'channelsLast' ? 1 : 2
  return { axis: x.shape.slice(2).map((_, i) => first + i), keepDims }
}
