import { averagePool2d, type Config, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BasePooling, type PoolingOptions, readPooling } from './base-pooling.ts'

/**
 * The mean of each window along two axes, for each channel.
 *
 * Input [batch, height, width, channels], output [batch, rows, columns, channels]; with `channelsFirst` the channels come
 * second in both. Along each axis there are ⌊(size − poolSize) / stride⌋ + 1 windows with `valid`, ⌈size / stride⌉ with
 * `same`. What lies beyond the input does not count. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1; {@link ShapeError} for an input of
 * another rank or a window that is larger than the input.
 * @see https://keras.io/api/layers/pooling_layers/average_pooling2d/
 * @example
 * ```ts
 * new AveragePooling2D({ poolSize: 3, strides: 2 }).apply(zeros([1, 28, 28, 8])).shape // [1, 13, 13, 8]
 * ```
 */
export class AveragePooling2D extends BasePooling {
  static override readonly className: string = 'AveragePooling2D'

  constructor(options: PoolingOptions = {}) {
    super(2, options)
  }

  static fromConfig(config: Config): AveragePooling2D {
    return new AveragePooling2D(readPooling(new ConfigReader('AveragePooling2D', config)))
  }

  override call(x: Tensor): Tensor {
    return averagePool2d(x, this.windows)
  }
}
