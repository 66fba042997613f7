import type { Config, DataFormat } from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { SpatialDropout, type SpatialDropoutOptions } from './spatial-dropout.ts'
import { readDataFormat, wireDataFormat } from './spatial-options.ts'

export interface SpatialDropout2DOptions extends SpatialDropoutOptions {
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Drops random channels as a whole in training and divides the others by 1 − rate: neighbours along spatial axes are alike,
 * so that single elements would not be missed.
 *
 * Input [batch, height, width, channels], or [batch, channels, height, width] with `channelsFirst`; outside training the input itself. Each call draws new numbers; a new layer with the same seed begins again.
 * Masks pass through.
 *
 * @throws {@link ArgumentError} for a rate outside [0, 1] or an unknown data format, {@link ShapeError} for inputs of another rank.
 * @see https://keras.io/api/layers/regularization_layers/spatial_dropout2d/
 * @see https://arxiv.org/abs/1411.4280
 * @example
 * ```ts
 * new SpatialDropout2D({ rate: 0.5, seed: 1 }).apply(ones([1, 5, 5, 4]), { training: true }) // each channel 0 or 2
 * ```
 */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout2D'

  constructor(options: SpatialDropout2DOptions) {
    super(options, ['dataFormat'], 2)
  }

  static fromConfig(config: Config): SpatialDropout2D {
    const read = new ConfigReader('SpatialDropout2D', config)
    const options = {
      ...readLayerOptions(read),
      rate: read.number('rate'),
      seed: read.integer('seed', null),
      dataFormat: readDataFormat(read),
    }
    read.done()
    return new SpatialDropout2D(options)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), data_format: wireDataFormat(this.dataFormat) }
  }
}
