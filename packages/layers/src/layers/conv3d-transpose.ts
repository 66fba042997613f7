import { type Config, convTranspose3d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { readTransposedConv, TransposedConv, type TransposedConvOptions } from './transposed-conv.ts'

export type Conv3DTransposeOptions = TransposedConvOptions

/**
 * The transposed convolution along three axes, which undoes the change of shape of a convolution:
 * activation(convTranspose3d(x, kernel) + bias).
 *
 * Input [batch, depth, height, width, channels], output [batch, depth′, height′, width′, filters]; with `channelsFirst` the channels come second in both. Along each axis the
 * output has size · stride elements with `same`, with `valid` (size − 1) · stride + (kernelSize − 1) · dilationRate + 1,
 * but at least size · stride. Weights: kernel [depth, height, width, filters, channels], bias [filters]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, an output padding that is not less
 * than the strides, or strides and dilations both above 1; {@link ShapeError} for an input of another rank or unknown
 * channels.
 * @see https://keras.io/api/layers/convolution_layers/convolution3d_transpose/
 * @example
 * ```ts
 * new Conv3DTranspose({ filters: 2, kernelSize: 2, strides: 2 }).apply(zeros([1, 2, 4, 4, 3])).shape // [1, 4, 8, 8, 2]
 * ```
 */
export class Conv3DTranspose extends TransposedConv {
  static override readonly className: string = 'Conv3DTranspose'

  constructor(options: Conv3DTransposeOptions) {
    super(3, options)
  }

  static fromConfig(config: Config): Conv3DTranspose {
    return new Conv3DTranspose(readTransposedConv(new ConfigReader('Conv3DTranspose', config)))
  }

  protected override convolve(x: Tensor): Tensor {
    return convTranspose3d(x, this.kernel!, this.moves)
  }
}
