import type { Config } from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { SpatialDropout, type SpatialDropoutOptions } from './spatial-dropout.ts'

export type SpatialDropout1DOptions = SpatialDropoutOptions

/**
 * Drops random channels as a whole in training and divides the others by 1 − rate: neighbours along the steps are alike,
 * so that single elements would not be missed.
 *
 * Input [batch, steps, channels]; outside training the input itself. Each call draws new numbers; a new layer with the same seed begins again.
 * Masks pass through.
 *
 * @throws {@link ArgumentError} for a rate outside [0, 1], {@link ShapeError} for inputs of another rank.
 * @see https://keras.io/api/layers/regularization_layers/spatial_dropout1d/
 * @see https://arxiv.org/abs/1411.4280
 * @example
 * ```ts
 * new SpatialDropout1D({ rate: 0.5, seed: 1 }).apply(ones([1, 5, 4]), { training: true }) // each channel 0 or 2
 * ```
 */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout1D'

  constructor(options: SpatialDropout1DOptions) {
    super(options, [], 1)
  }

  static fromConfig(config: Config): SpatialDropout1D {
    const read = new ConfigReader('SpatialDropout1D', config)
    const options = {
      ...readLayerOptions(read),
      rate: read.number('rate'),
      seed: read.integer('seed', null),
    }
    read.done()
    return new SpatialDropout1D(options)
  }
}
