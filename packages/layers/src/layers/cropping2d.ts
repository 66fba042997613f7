import type { Config, DataFormat } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { Cropping } from './cropping.ts'
import type { Margin, MarginsOption2D } from './margins.ts'
import { readDataFormat, wireDataFormat } from './spatial-options.ts'

export interface Cropping2DOptions extends LayerOptions {
  /** How many elements to take off at both ends of the spatial axes: a number for all, or for each a number or [before, after]. Default: 0. */
  readonly cropping?: MarginsOption2D
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Takes rows and columns off the ends of the spatial axes.
 *
 * Input [batch, height, width, channels], or [batch, channels, height, width] with `channelsFirst`; the output has the same axes. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a cropping that is not made of whole numbers of at least 0 or an unknown data format, {@link ShapeError} where nothing of an axis would be left.
 * @see https://keras.io/api/layers/reshaping_layers/cropping2d/
 * @example
 * ```ts
 * new Cropping2D({ cropping: [[1, 2], 1] }).apply(zeros([1, 5, 5, 2])).shape // [1, 2, 3, 2]
 * ```
 */
export class Cropping2D extends Cropping {
  static override readonly className: string = 'Cropping2D'

  constructor(options: Cropping2DOptions = {}) {
    super(options, ['cropping', 'dataFormat'], options.cropping ?? 0, 2)
  }

  static fromConfig(config: Config): Cropping2D {
    const read = new ConfigReader('Cropping2D', config)
    const options = {
      ...readLayerOptions(read),
      // The constructor checks what it is.
      cropping: read.json('cropping', 0) as MarginsOption2D,
      dataFormat: readDataFormat(read),
    }
    read.done()
    return new Cropping2D(options)
  }

  get cropping(): readonly Margin[] {
    return this.margins
  }

  override getConfig(): Config {
    return { ...super.getConfig(), cropping: this.cropping, data_format: wireDataFormat(this.dataFormat) }
  }
}
