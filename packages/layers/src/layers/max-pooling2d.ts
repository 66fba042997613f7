import { type Config, maxPool2d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BasePooling, type PoolingOptions, readPooling } from './base-pooling.ts'

/**
 * The largest element of each window along two axes, for each channel; NaN where any is.
 *
 * Input [batch, height, width, channels], output [batch, rows, columns, channels]; with `channelsFirst` the channels come
 * second in both. Along each axis there are ⌊(size − poolSize) / stride⌋ + 1 windows with `valid`, ⌈size / stride⌉ with
 * `same`. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1; {@link ShapeError} for an input of
 * another rank or a window that is larger than the input.
 * @see https://keras.io/api/layers/pooling_layers/max_pooling2d/
 * @example
 * ```ts
 * new MaxPooling2D({ poolSize: 3, strides: 2 }).apply(zeros([1, 28, 28, 8])).shape // [1, 13, 13, 8]
 * ```
 */
export class MaxPooling2D extends BasePooling {
  static override readonly className: string = 'MaxPooling2D'

  constructor(options: PoolingOptions = {}) {
    super(2, options)
  }

  static fromConfig(config: Config): MaxPooling2D {
    return new MaxPooling2D(readPooling(new ConfigReader('MaxPooling2D', config)))
  }

  override call(x: Tensor): Tensor {
    return maxPool2d(x, this.windows)
  }
}
