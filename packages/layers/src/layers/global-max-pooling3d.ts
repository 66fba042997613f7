import { type Config, globalMaxPool, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BaseGlobalPooling, type GlobalPoolingOptions, readGlobalPooling } from './base-global-pooling.ts'

/**
 * The largest element of each channel, over all places; NaN where any is.
 *
 * Input [batch, depth, height, width, channels], output [batch, channels], with `keepdims` [batch, 1, 1, 1, channels]; with `channelsFirst` the channels
 * come second in all of them.
 * Masks do not pass through.
 *
 * @throws {@link ArgumentError} for another data format; {@link ShapeError} for an input of another rank.
 * @see https://keras.io/api/layers/pooling_layers/global_max_pooling3d/
 * @example
 * ```ts
 * new GlobalMaxPooling3D().apply(zeros([1, 3, 7, 7, 8])).shape // [1, 8]
 * ```
 */
export class GlobalMaxPooling3D extends BaseGlobalPooling {
  static override readonly className: string = 'GlobalMaxPooling3D'

  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options)
  }

  static fromConfig(config: Config): GlobalMaxPooling3D {
    return new GlobalMaxPooling3D(readGlobalPooling(new ConfigReader('GlobalMaxPooling3D', config)))
  }

  override call(x: Tensor): Tensor {
    return globalMaxPool(x, this.places)
  }
}
