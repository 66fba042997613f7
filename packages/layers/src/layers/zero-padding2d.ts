import type { Config, DataFormat } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import type { Margin, MarginsOption2D } from './margins.ts'
import { readDataFormat, wireDataFormat } from './spatial-options.ts'
import { ZeroPadding } from './zero-padding.ts'

export interface ZeroPadding2DOptions extends LayerOptions {
  /** How many zeros to add at both ends of the spatial axes: a number for all, or for each a number or [before, after]. Default: 1. */
  readonly padding?: MarginsOption2D
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Adds rows and columns of zeros at the ends of the spatial axes.
 *
 * Input [batch, height, width, channels], or [batch, channels, height, width] with `channelsFirst`; the output has the same axes. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a padding that is not made of whole numbers of at least 0 or an unknown data format.
 * @see https://keras.io/api/layers/reshaping_layers/zero_padding2d/
 * @example
 * ```ts
 * new ZeroPadding2D({ padding: [[1, 2], 1] }).apply(zeros([1, 5, 5, 2])).shape // [1, 8, 7, 2]
 * ```
 */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding2D'

  constructor(options: ZeroPadding2DOptions = {}) {
    super(options, options.padding ?? 1, 2)
  }

  static fromConfig(config: Config): ZeroPadding2D {
    const read = new ConfigReader('ZeroPadding2D', config)
    const options = {
      ...readLayerOptions(read),
      // The constructor checks what it is.
      padding: read.json('padding', 1) as MarginsOption2D,
      dataFormat: readDataFormat(read),
    }
    read.done()
    return new ZeroPadding2D(options)
  }

  get padding(): readonly Margin[] {
    return this.margins
  }

  override getConfig(): Config {
    return { ...super.getConfig(), padding: this.padding, data_format: wireDataFormat(this.dataFormat) }
  }
}
