import { type Config, depthwiseConv1d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { paddings1D } from './base-conv.ts'
import { BaseDepthwiseConv, type BaseDepthwiseConvOptions, readDepthwiseConv } from './depthwise-conv.ts'

export interface DepthwiseConv1DOptions extends BaseDepthwiseConvOptions {
  /**
   * The zeros around the input: none for `valid`; for `same` as many as give ⌈size / stride⌉ outputs; for `causal` all before it, so
   * that no output sees what comes after it. Default: `valid`.
   */
  readonly padding?: 'valid' | 'same' | 'causal'
}

/**
 * The convolution along one axis of each channel by itself: activation(depthwiseConv1d(x, kernel) + bias).
 *
 * Input [batch, steps, channels], output [batch, steps′, channels · depthMultiplier]; with `channelsFirst` the channels come second in
 * both. Weights: kernel [size, channels, depthMultiplier], bias [channels · depthMultiplier]. Masks do not pass
 * through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, or strides and dilations both above
 * 1; {@link ShapeError} for an input of another rank, unknown channels, or a kernel that is larger than the input.
 * @see https://keras.io/api/layers/convolution_layers/depthwise_convolution1d/
 * @example
 * ```ts
 * new DepthwiseConv1D({ kernelSize: 3, depthMultiplier: 2 }).apply(zeros([2, 10, 8])).shape // [2, 8, 16]
 * ```
 */
export class DepthwiseConv1D extends BaseDepthwiseConv<'valid' | 'same' | 'causal'> {
  static override readonly className: string = 'DepthwiseConv1D'

  constructor(options: DepthwiseConv1DOptions) {
    super(1, options, paddings1D)
  }

  static fromConfig(config: Config): DepthwiseConv1D {
    return new DepthwiseConv1D(readDepthwiseConv(new ConfigReader('DepthwiseConv1D', config), paddings1D))
  }

  protected override convolve(x: Tensor): Tensor {
    return depthwiseConv1d(x, this.kernel!, this.moves)
  }
}
