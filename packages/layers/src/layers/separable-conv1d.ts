import { type Config, separableConv1d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { paddings1D } from './base-conv.ts'
import { BaseSeparableConv, type BaseSeparableConvOptions, readSeparableConv } from './separable-conv.ts'

export interface SeparableConv1DOptions extends BaseSeparableConvOptions {
  /**
   * The zeros around the input: none for `valid`; for `same` as many as give ⌈size / stride⌉ outputs; for `causal` all before it, so
   * that no output sees what comes after it. Default: `valid`.
   */
  readonly padding?: 'valid' | 'same' | 'causal'
}

/**
 * A depthwise convolution along one axis, then one that mixes the channels of each place:
 * activation(separableConv1d(x, depthwiseKernel, pointwiseKernel) + bias).
 *
 * Input [batch, steps, channels], output [batch, steps′, filters]; with `channelsFirst` the channels come second in both. Weights: depthwise
 * kernel [size, channels, depthMultiplier], pointwise kernel [1, channels · depthMultiplier, filters], bias
 * [filters]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, or strides and dilations both above
 * 1; {@link ShapeError} for an input of another rank, unknown channels, or a kernel that is larger than the input.
 * @see https://keras.io/api/layers/convolution_layers/separable_convolution1d/
 * @example
 * ```ts
 * new SeparableConv1D({ filters: 4, kernelSize: 3 }).apply(zeros([2, 10, 8])).shape // [2, 8, 4]
 * ```
 */
export class SeparableConv1D extends BaseSeparableConv<'valid' | 'same' | 'causal'> {
  static override readonly className: string = 'SeparableConv1D'

  constructor(options: SeparableConv1DOptions) {
    super(1, options, paddings1D)
  }

  static fromConfig(config: Config): SeparableConv1D {
    return new SeparableConv1D(readSeparableConv(new ConfigReader('SeparableConv1D', config), paddings1D))
  }

  protected override convolve(x: Tensor): Tensor {
    return separableConv1d(x, this.depthwiseKernel!, this.pointwiseKernel!, this.moves)
  }
}
