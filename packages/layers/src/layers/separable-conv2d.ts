import { type Config, separableConv2d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { paddings } from './base-conv.ts'
import { BaseSeparableConv, type BaseSeparableConvOptions, readSeparableConv } from './separable-conv.ts'

export interface SeparableConv2DOptions extends BaseSeparableConvOptions {
  /** The zeros around the input: none for `valid`; for `same` as many as give ⌈size / stride⌉ outputs. Default: `valid`. */
  readonly padding?: 'valid' | 'same'
}

/**
 * A depthwise convolution along two axes, then one that mixes the channels of each place:
 * activation(separableConv2d(x, depthwiseKernel, pointwiseKernel) + bias).
 *
 * Input [batch, height, width, channels], output [batch, height′, width′, filters]; with `channelsFirst` the channels come second in both. Weights: depthwise
 * kernel [height, width, channels, depthMultiplier], pointwise kernel [1, 1, channels · depthMultiplier, filters], bias
 * [filters]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, or strides and dilations both above
 * 1; {@link ShapeError} for an input of another rank, unknown channels, or a kernel that is larger than the input.
 * @see https://keras.io/api/layers/convolution_layers/separable_convolution2d/
 * @example
 * ```ts
 * new SeparableConv2D({ filters: 4, kernelSize: 3 }).apply(zeros([1, 8, 8, 3])).shape // [1, 6, 6, 4]
 * ```
 */
export class SeparableConv2D extends BaseSeparableConv<'valid' | 'same'> {
  static override readonly className: string = 'SeparableConv2D'

  constructor(options: SeparableConv2DOptions) {
    super(2, options, paddings)
  }

  static fromConfig(config: Config): SeparableConv2D {
    return new SeparableConv2D(readSeparableConv(new ConfigReader('SeparableConv2D', config), paddings))
  }

  protected override convolve(x: Tensor): Tensor {
    return separableConv2d(x, this.depthwiseKernel!, this.pointwiseKernel!, this.moves)
  }
}
