import { type Config, globalMaxPool, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BaseGlobalPooling, type GlobalPoolingOptions, readGlobalPooling } from './base-global-pooling.ts'

/**
 * The largest element of each channel, over all places; NaN where any is.
 *
 * Input [batch, height, width, channels], output [batch, channels], with `keepdims` [batch, 1, 1, channels]; with `channelsFirst` the channels
 * come second in all of them.
 * Masks do not pass through.
 *
 * @throws {@link ArgumentError} for another data format; {@link ShapeError} for an input of another rank.
 * @see https://keras.io/api/layers/pooling_layers/global_max_pooling2d/
 * @example
 * ```ts
 * new GlobalMaxPooling2D().apply(zeros([1, 7, 7, 8])).shape // [1, 8]
 * ```
 */
export class GlobalMaxPooling2D extends BaseGlobalPooling {
  static override readonly className: string = 'GlobalMaxPooling2D'

  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options)
  }

  static fromConfig(config: Config): GlobalMaxPooling2D {
    return new GlobalMaxPooling2D(readGlobalPooling(new ConfigReader('GlobalMaxPooling2D', config)))
  }

  override call(x: Tensor): Tensor {
    return globalMaxPool(x, this.places)
  }
}
