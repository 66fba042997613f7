import { type Config, globalMaxPool, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { BaseGlobalPooling, type GlobalPoolingOptions, readGlobalPooling } from './base-global-pooling.ts'

/**
 * The largest element of each channel, over all steps; NaN where any is.
 *
 * Input [batch, steps, channels], output [batch, channels], with `keepdims` [batch, 1, channels]; with `channelsFirst` the channels
 * come second in all of them.
 * Masks do not pass through.
 *
 * @throws {@link ArgumentError} for another data format; {@link ShapeError} for an input of another rank.
 * @see https://keras.io/api/layers/pooling_layers/global_max_pooling1d/
 * @example
 * ```ts
 * new GlobalMaxPooling1D().apply(tensor([[[1, 8], [5, 2]]])) // [[5, 8]]
 * ```
 */
export class GlobalMaxPooling1D extends BaseGlobalPooling {
  static override readonly className: string = 'GlobalMaxPooling1D'

  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options)
  }

  static fromConfig(config: Config): GlobalMaxPooling1D {
    return new GlobalMaxPooling1D(readGlobalPooling(new ConfigReader('GlobalMaxPooling1D', config)))
  }

  override call(x: Tensor): Tensor {
    return globalMaxPool(x, this.places)
  }
}
