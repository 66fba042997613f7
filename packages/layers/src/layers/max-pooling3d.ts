import { type Config, maxPool3d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BasePooling, type PoolingOptions, readPooling } from './base-pooling.ts'

/**
 * The largest element of each window along three axes, for each channel; NaN where any is.
 *
 * Input [batch, depth, height, width, channels], output [batch, slices, rows, columns, channels]; with `channelsFirst` the channels come
 * second in both. Along each axis there are ⌊(size − poolSize) / stride⌋ + 1 windows with `valid`, ⌈size / stride⌉ with
 * `same`. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1; {@link ShapeError} for an input of
 * another rank or a window that is larger than the input.
 * @see https://keras.io/api/layers/pooling_layers/max_pooling3d/
 * @example
 * ```ts
 * new MaxPooling3D({ poolSize: 3, strides: 2 }).apply(zeros([1, 7, 9, 9, 4])).shape // [1, 3, 4, 4, 4]
 * ```
 */
export class MaxPooling3D extends BasePooling {
  static override readonly className: string = 'MaxPooling3D'

  constructor(options: PoolingOptions = {}) {
    super(3, options)
  }

  static fromConfig(config: Config): MaxPooling3D {
    return new MaxPooling3D(readPooling(new ConfigReader('MaxPooling3D', config)))
  }

  override call(x: Tensor): Tensor {
    return maxPool3d(x, this.windows)
  }
}
