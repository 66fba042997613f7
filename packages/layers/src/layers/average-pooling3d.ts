import { averagePool3d, type Config, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BasePooling, type PoolingOptions, readPooling } from './base-pooling.ts'

/**
 * The mean of each window along three axes, for each channel.
 *
 * Input [batch, depth, height, width, channels], output [batch, slices, rows, columns, channels]; with `channelsFirst` the channels come
 * second in both. Along each axis there are ⌊(size − poolSize) / stride⌋ + 1 windows with `valid`, ⌈size / stride⌉ with
 * `same`. What lies beyond the input does not count. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1; {@link ShapeError} for an input of
 * another rank or a window that is larger than the input.
 * @see https://keras.io/api/layers/pooling_layers/average_pooling3d/
 * @example
 * ```ts
 * new AveragePooling3D({ poolSize: 3, strides: 2 }).apply(zeros([1, 7, 9, 9, 4])).shape // [1, 3, 4, 4, 4]
 * ```
 */
export class AveragePooling3D extends BasePooling {
  static override readonly className: string = 'AveragePooling3D'

  constructor(options: PoolingOptions = {}) {
    super(3, options)
  }

  static fromConfig(config: Config): AveragePooling3D {
    return new AveragePooling3D(readPooling(new ConfigReader('AveragePooling3D', config)))
  }

  override call(x: Tensor): Tensor {
    return averagePool3d(x, this.windows)
  }
}
