import { type Config, conv2d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { paddings } from './base-conv.ts'
import { PlainConv, type PlainConvOptions, readPlainConv } from './plain-conv.ts'

export interface Conv2DOptions extends PlainConvOptions {
  /** The zeros around the input: none for `valid`; for `same` as many as give ⌈size / stride⌉ outputs. Default: `valid`. */
  readonly padding?: 'valid' | 'same'
}

/**
 * The convolution along two axes: activation(conv2d(x, kernel) + bias).
 *
 * Input [batch, height, width, channels], output [batch, height′, width′, filters]; with `channelsFirst` the channels come second in both. Along each axis the
 * output has ⌊(size − (kernelSize − 1) · dilationRate − 1) / stride⌋ + 1 elements with `valid`, ⌈size / stride⌉ else.
 * Weights: kernel [height, width, channels / groups, filters], bias [filters]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, groups that do not divide the
 * filters, or strides and dilations both above 1; {@link ShapeError} for an input of another rank, unknown channels,
 * channels that the groups do not divide, or a kernel that is larger than the input.
 * @see https://keras.io/api/layers/convolution_layers/convolution2d/
 * @example
 * ```ts
 * new Conv2D({ filters: 64, kernelSize: 3, strides: 2, padding: 'same' }).apply(zeros([1, 32, 32, 3])).shape // [1, 16, 16, 64]
 * ```
 */
export class Conv2D extends PlainConv<'valid' | 'same'> {
  static override readonly className: string = 'Conv2D'

  constructor(options: Conv2DOptions) {
    super(2, options, paddings)
  }

  static fromConfig(config: Config): Conv2D {
    return new Conv2D(readPlainConv(new ConfigReader('Conv2D', config), paddings))
  }

  protected override convolve(x: Tensor): Tensor {
    return conv2d(x, this.kernel!, { ...this.moves, groups: this.groups })
  }
}
