import { type Config, maxPool1d, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BasePooling, type PoolingOptions, readPooling } from './base-pooling.ts'

/**
 * The largest element of each window along one axis, for each channel; NaN where any is.
 *
 * Input [batch, steps, channels], output [batch, windows, channels]; with `channelsFirst` the channels come
 * second in both. Along each axis there are ⌊(size − poolSize) / stride⌋ + 1 windows with `valid`, ⌈size / stride⌉ with
 * `same`. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are not whole numbers of at least 1; {@link ShapeError} for an input of
 * another rank or a window that is larger than the input.
 * @see https://keras.io/api/layers/pooling_layers/max_pooling1d/
 * @example
 * ```ts
 * new MaxPooling1D({ poolSize: 2 }).apply(tensor([[[1], [5], [3], [2]]])) // [[[5], [3]]]
 * ```
 */
export class MaxPooling1D extends BasePooling {
  static override readonly className: string = 'MaxPooling1D'

  constructor(options: PoolingOptions = {}) {
    super(1, options)
  }

  static fromConfig(config: Config): MaxPooling1D {
    return new MaxPooling1D(readPooling(new ConfigReader('MaxPooling1D', config)))
  }

  override call(x: Tensor): Tensor {
    return maxPool1d(x, this.windows)
  }
}
