import { type Config, convTranspose2d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { readTransposedConv, TransposedConv, type TransposedConvOptions } from './transposed-conv.ts'

export type Conv2DTransposeOptions = TransposedConvOptions

/**
 * The transposed convolution along two axes, which undoes the change of shape of a convolution:
 * activation(convTranspose2d(x, kernel) + bias).
 *
 * Input [batch, height, width, channels], output [batch, height′, width′, filters]; with `channelsFirst` the channels come second in both. Along each axis the
 * output has size · stride elements with `same`, with `valid` (size − 1) · stride + (kernelSize − 1) · dilationRate + 1,
 * but at least size · stride. Weights: kernel [height, width, filters, channels], bias [filters]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, an output padding that is not less
 * than the strides, or strides and dilations both above 1; {@link ShapeError} for an input of another rank or unknown
 * channels.
 * @see https://keras.io/api/layers/convolution_layers/convolution2d_transpose/
 * @example
 * ```ts
 * new Conv2DTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }).apply(zeros([1, 8, 8, 3])).shape // [1, 16, 16, 4]
 * ```
 */
export class Conv2DTranspose extends TransposedConv {
  static override readonly className: string = 'Conv2DTranspose'

  constructor(options: Conv2DTransposeOptions) {
    super(2, options)
  }

  static fromConfig(config: Config): Conv2DTranspose {
    return new Conv2DTranspose(readTransposedConv(new ConfigReader('Conv2DTranspose', config)))
  }

  protected override convolve(x: Tensor): Tensor {
    return convTranspose2d(x, this.kernel!, this.moves)
  }
}
