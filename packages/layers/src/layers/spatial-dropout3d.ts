import type { Config, DataFormat } from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { SpatialDropout, type SpatialDropoutOptions } from './spatial-dropout.ts'
import { readDataFormat, wireDataFormat } from './spatial-options.ts'

export interface SpatialDropout3DOptions extends SpatialDropoutOptions {
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Drops random channels as a whole in training and divides the others by 1 − rate: neighbours along spatial axes are alike,
 * so that single elements would not be missed.
 *
 * Input [batch, dim1, dim2, dim3, channels], or [batch, channels, dim1, dim2, dim3] with `channelsFirst`; outside training the input itself. Each call draws new numbers; a new layer with the same seed begins again.
 * Masks pass through.
 *
 * @throws {@link ArgumentError} for a rate outside [0, 1] or an unknown data format, {@link ShapeError} for inputs of another rank.
 * @see https://keras.io/api/layers/regularization_layers/spatial_dropout3d/
 * @see https://arxiv.org/abs/1411.4280
 * @example
 * ```ts
 * new SpatialDropout3D({ rate: 0.5, seed: 1 }).apply(ones([1, 5, 5, 5, 4]), { training: true }) // each channel 0 or 2
 * ```
 */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout3D'

  constructor(options: SpatialDropout3DOptions) {
    super(options, ['dataFormat'], 3)
  }

  static fromConfig(config: Config): SpatialDropout3D {
    const read = new ConfigReader('SpatialDropout3D', config)
    const options = {
      ...readLayerOptions(read),
      rate: read.number('rate'),
      seed: read.integer('seed', null),
      dataFormat: readDataFormat(read),
    }
    read.done()
    return new SpatialDropout3D(options)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), data_format: wireDataFormat(this.dataFormat) }
  }
}
