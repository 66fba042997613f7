import { type Config, depthwiseConv2d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { paddings } from './base-conv.ts'
import { BaseDepthwiseConv, type BaseDepthwiseConvOptions, readDepthwiseConv } from './depthwise-conv.ts'

export interface DepthwiseConv2DOptions extends BaseDepthwiseConvOptions {
  /** The zeros around the input: none for `valid`; for `same` as many as give ⌈size / stride⌉ outputs. Default: `valid`. */
  readonly padding?: 'valid' | 'same'
}

/**
 * The convolution along two axes of each channel by itself: activation(depthwiseConv2d(x, kernel) + bias).
 *
 * Input [batch, height, width, channels], output [batch, height′, width′, channels · depthMultiplier]; with `channelsFirst` the channels come second in
 * both. Weights: kernel [height, width, channels, depthMultiplier], bias [channels · depthMultiplier]. Masks do not pass
 * through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, or strides and dilations both above
 * 1; {@link ShapeError} for an input of another rank, unknown channels, or a kernel that is larger than the input.
 * @see https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/
 * @example
 * ```ts
 * new DepthwiseConv2D({ kernelSize: 3, depthMultiplier: 2 }).apply(zeros([1, 8, 8, 3])).shape // [1, 6, 6, 6]
 * ```
 */
export class DepthwiseConv2D extends BaseDepthwiseConv<'valid' | 'same'> {
  static override readonly className: string = 'DepthwiseConv2D'

  constructor(options: DepthwiseConv2DOptions) {
    super(2, options, paddings)
  }

  static fromConfig(config: Config): DepthwiseConv2D {
    return new DepthwiseConv2D(readDepthwiseConv(new ConfigReader('DepthwiseConv2D', config), paddings))
  }

  protected override convolve(x: Tensor): Tensor {
    return depthwiseConv2d(x, this.kernel!, this.moves)
  }
}
