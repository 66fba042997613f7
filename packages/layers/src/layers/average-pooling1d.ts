import { averagePool1d, type Config, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BasePooling, type PoolingOptions, readPooling } from './base-pooling.ts'

/**
 * The mean of each window along one axis, for each channel.
 *
 * Input [batch, steps, channels], output [batch, windows, channels]; with `channelsFirst` the channels come
 * second in both. Along each axis there are ⌊(size − poolSize) / stride⌋ + 1 windows with `valid`, ⌈size / stride⌉ with
 * `same`. What lies beyond the input does not count. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1; {@link ShapeError} for an input of
 * another rank or a window that is larger than the input.
 * @see https://keras.io/api/layers/pooling_layers/average_pooling1d/
 * @example
 * ```ts
 * new AveragePooling1D({ poolSize: 2 }).apply(tensor([[[1], [5], [3], [2]]])) // [[[3], [2.5]]]
 * ```
 */
export class AveragePooling1D extends BasePooling {
  static override readonly className: string = 'AveragePooling1D'

  constructor(options: PoolingOptions = {}) {
    super(1, options)
  }

  static fromConfig(config: Config): AveragePooling1D {
    return new AveragePooling1D(readPooling(new ConfigReader('AveragePooling1D', config)))
  }

  override call(x: Tensor): Tensor {
    return averagePool1d(x, this.windows)
  }
}
