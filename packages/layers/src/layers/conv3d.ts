import { type Config, conv3d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { paddings } from './base-conv.ts'
import { PlainConv, type PlainConvOptions, readPlainConv } from './plain-conv.ts'

export interface Conv3DOptions extends PlainConvOptions {
  /** The zeros around the input: none for `valid`; for `same` as many as give ⌈size / stride⌉ outputs. Default: `valid`. */
  readonly padding?: 'valid' | 'same'
}

/**
 * The convolution along three axes: activation(conv3d(x, kernel) + bias).
 *
 * Input [batch, depth, height, width, channels], output [batch, depth′, height′, width′, filters]; with `channelsFirst` the channels come second in both. Along each axis the
 * output has ⌊(size − (kernelSize − 1) · dilationRate − 1) / stride⌋ + 1 elements with `valid`, ⌈size / stride⌉ else.
 * Weights: kernel [depth, height, width, channels / groups, filters], bias [filters]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, groups that do not divide the
 * filters, or strides and dilations both above 1; {@link ShapeError} for an input of another rank, unknown channels,
 * channels that the groups do not divide, or a kernel that is larger than the input.
 * @see https://keras.io/api/layers/convolution_layers/convolution3d/
 * @example
 * ```ts
 * new Conv3D({ filters: 2, kernelSize: 2 }).apply(zeros([1, 4, 8, 8, 3])).shape // [1, 3, 7, 7, 2]
 * ```
 */
export class Conv3D extends PlainConv<'valid' | 'same'> {
  static override readonly className: string = 'Conv3D'

  constructor(options: Conv3DOptions) {
    super(3, options, paddings)
  }

  static fromConfig(config: Config): Conv3D {
    return new Conv3D(readPlainConv(new ConfigReader('Conv3D', config), paddings))
  }

  protected override convolve(x: Tensor): Tensor {
    return conv3d(x, this.kernel!, { ...this.moves, groups: this.groups })
  }
}
