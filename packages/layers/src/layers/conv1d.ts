import { type Config, conv1d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { paddings1D } from './base-conv.ts'
import { PlainConv, type PlainConvOptions, readPlainConv } from './plain-conv.ts'

export interface Conv1DOptions extends PlainConvOptions {
  /**
   * The zeros around the input: none for `valid`; for `same` as many as give ⌈size / stride⌉ outputs; for `causal` all before it, so
   * that no output sees what comes after it. Default: `valid`.
   */
  readonly padding?: 'valid' | 'same' | 'causal'
}

/**
 * The convolution along one axis: activation(conv1d(x, kernel) + bias).
 *
 * Input [batch, steps, channels], output [batch, steps′, filters]; with `channelsFirst` the channels come second in both. Along each axis the
 * output has ⌊(size − (kernelSize − 1) · dilationRate − 1) / stride⌋ + 1 elements with `valid`, ⌈size / stride⌉ else.
 * Weights: kernel [size, channels / groups, filters], bias [filters]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1, groups that do not divide the
 * filters, or strides and dilations both above 1; {@link ShapeError} for an input of another rank, unknown channels,
 * channels that the groups do not divide, or a kernel that is larger than the input.
 * @see https://keras.io/api/layers/convolution_layers/convolution1d/
 * @example
 * ```ts
 * new Conv1D({ filters: 4, kernelSize: 3, padding: 'causal' }).apply(zeros([2, 10, 8])).shape // [2, 10, 4]
 * ```
 */
export class Conv1D extends PlainConv<'valid' | 'same' | 'causal'> {
  static override readonly className: string = 'Conv1D'

  constructor(options: Conv1DOptions) {
    super(1, options, paddings1D)
  }

  static fromConfig(config: Config): Conv1D {
    return new Conv1D(readPlainConv(new ConfigReader('Conv1D', config), paddings1D))
  }

  protected override convolve(x: Tensor): Tensor {
    return conv1d(x, this.kernel!, { ...this.moves, groups: this.groups })
  }
}
