import type { Config, DataFormat } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { Cropping } from './cropping.ts'
import type { Margin, MarginsOption3D } from './margins.ts'
import { readDataFormat, wireDataFormat } from './spatial-options.ts'

export interface Cropping3DOptions extends LayerOptions {
  /** How many elements to take off at both ends of the spatial axes: a number for all, or for each a number or [before, after]. Default: 1. */
  readonly cropping?: MarginsOption3D
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Takes elements off the ends of three spatial axes.
 *
 * Input [batch, dim1, dim2, dim3, channels], or [batch, channels, dim1, dim2, dim3] with `channelsFirst`; the output has the same axes. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a cropping that is not made of whole numbers of at least 0 or an unknown data format, {@link ShapeError} where nothing of an axis would be left.
 * @see https://keras.io/api/layers/reshaping_layers/cropping3d/
 * @example
 * ```ts
 * new Cropping3D({ cropping: [[1, 2], 1, 0] }).apply(zeros([1, 5, 5, 5, 2])).shape // [1, 2, 3, 5, 2]
 * ```
 */
export class Cropping3D extends Cropping {
  static override readonly className: string = 'Cropping3D'

  constructor(options: Cropping3DOptions = {}) {
    super(options, ['cropping', 'dataFormat'], options.cropping ?? 1, 3)
  }

  static fromConfig(config: Config): Cropping3D {
    const read = new ConfigReader('Cropping3D', config)
    const options = {
      ...readLayerOptions(read),
      // The constructor checks what it is.
      cropping: read.json('cropping', 1) as MarginsOption3D,
      dataFormat: readDataFormat(read),
    }
    read.done()
    return new Cropping3D(options)
  }

  get cropping(): readonly Margin[] {
    return this.margins
  }

  override getConfig(): Config {
    return { ...super.getConfig(), cropping: this.cropping, data_format: wireDataFormat(this.dataFormat) }
  }
}
