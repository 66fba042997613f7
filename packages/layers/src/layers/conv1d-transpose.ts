import { type Config, convTranspose1d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { readTransposedConv, TransposedConv, type TransposedConvOptions } from './transposed-conv.ts'

export type Conv1DTransposeOptions = TransposedConvOptions

/**
 * The transposed convolution along one axis, which undoes the change of shape of a convolution:
 * activation(convTranspose1d(x, kernel) + bias).
 *
 * Input [batch, steps, channels], output [batch, steps′, filters]; with `channelsFirst` the channels come second in both. Along each axis the
 * output has size · stride elements with `same`, with `valid` (size − 1) · stride + (kernelSize − 1) · dilationRate + 1,
 * but at least size · stride. Weights: kernel [size, filters, channels], bias [filters]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, an output padding that is not less
 * than the strides, or strides and dilations both above 1; {@link ShapeError} for an input of another rank or unknown
 * channels.
 * @see https://keras.io/api/layers/convolution_layers/convolution1d_transpose/
 * @example
 * ```ts
 * new Conv1DTranspose({ filters: 4, kernelSize: 3, strides: 2 }).apply(zeros([2, 10, 8])).shape // [2, 21, 4]
 * ```
 */
export class Conv1DTranspose extends TransposedConv {
  static override readonly className: string = 'Conv1DTranspose'

  constructor(options: Conv1DTransposeOptions) {
    super(1, options)
  }

  static fromConfig(config: Config): Conv1DTranspose {
    return new Conv1DTranspose(readTransposedConv(new ConfigReader('Conv1DTranspose', config)))
  }

  protected override convolve(x: Tensor): Tensor {
    return convTranspose1d(x, this.kernel!, this.moves)
  }
}
