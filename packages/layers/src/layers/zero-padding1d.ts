import type { Config, DataFormat } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import type { Margin, MarginOption } from './margins.ts'
import { readDataFormat, wireDataFormat } from './spatial-options.ts'
import { ZeroPadding } from './zero-padding.ts'

export interface ZeroPadding1DOptions extends LayerOptions {
  /** How many zeros to add at the start and at the end: a number for both or [before, after]. Default: 1. */
  readonly padding?: MarginOption
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Adds steps of zeros at the ends of the spatial axis.
 *
 * Input [batch, steps, channels], or [batch, channels, steps] with `channelsFirst`; the output has the same axes. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a padding that is not made of whole numbers of at least 0 or an unknown data format.
 * @see https://keras.io/api/layers/reshaping_layers/zero_padding1d/
 * @example
 * ```ts
 * new ZeroPadding1D({ padding: [1, 2] }).apply(zeros([1, 5, 2])).shape // [1, 8, 2]
 * ```
 */
export class ZeroPadding1D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding1D'

  constructor(options: ZeroPadding1DOptions = {}) {
    super(options, options.padding ?? 1, 1)
  }

  static fromConfig(config: Config): ZeroPadding1D {
    const read = new ConfigReader('ZeroPadding1D', config)
    const options = {
      ...readLayerOptions(read),
      // The constructor checks what it is.
      padding: read.json('padding', [1, 1]) as MarginOption,
      dataFormat: readDataFormat(read),
    }
    read.done()
    return new ZeroPadding1D(options)
  }

  get padding(): Margin {
    return this.margins[0]!
  }

  override getConfig(): Config {
    return { ...super.getConfig(), padding: this.padding, data_format: wireDataFormat(this.dataFormat) }
  }
}
