import type { Config, DataFormat } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import type { Margin, MarginsOption3D } from './margins.ts'
import { readDataFormat, wireDataFormat } from './spatial-options.ts'
import { ZeroPadding } from './zero-padding.ts'

export interface ZeroPadding3DOptions extends LayerOptions {
  /** How many zeros to add at both ends of the spatial axes: a number for all, or for each a number or [before, after]. Default: 1. */
  readonly padding?: MarginsOption3D
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Adds zeros at the ends of three spatial axes.
 *
 * Input [batch, dim1, dim2, dim3, channels], or [batch, channels, dim1, dim2, dim3] with `channelsFirst`; the output has the same axes. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a padding that is not made of whole numbers of at least 0 or an unknown data format.
 * @see https://keras.io/api/layers/reshaping_layers/zero_padding3d/
 * @example
 * ```ts
 * new ZeroPadding3D({ padding: [[1, 2], 1, 0] }).apply(zeros([1, 5, 5, 5, 2])).shape // [1, 8, 7, 5, 2]
 * ```
 */
export class ZeroPadding3D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding3D'

  constructor(options: ZeroPadding3DOptions = {}) {
    super(options, options.padding ?? 1, 3)
  }

  static fromConfig(config: Config): ZeroPadding3D {
    const read = new ConfigReader('ZeroPadding3D', config)
    const options = {
      ...readLayerOptions(read),
      // The constructor checks what it is.
      padding: read.json('padding', 1) as MarginsOption3D,
      dataFormat: readDataFormat(read),
    }
    read.done()
    return new ZeroPadding3D(options)
  }

  get padding(): readonly Margin[] {
    return this.margins
  }

  override getConfig(): Config {
    return { ...super.getConfig(), padding: this.padding, data_format: wireDataFormat(this.dataFormat) }
  }
}
