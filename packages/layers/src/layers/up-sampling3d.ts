import type { Config, DataFormat, PerAxis } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkPerAxis, readDataFormat, readIntegers, wireDataFormat } from './spatial-options.ts'
import { UpSampling } from './up-sampling.ts'

export interface UpSampling3DOptions extends LayerOptions {
  /** How often: whole numbers of at least 1, one for all spatial axes or for each. Default: 2. */
  readonly size?: PerAxis
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
}

/**
 * Repeats the elements along three spatial axes.
 *
 * Input [batch, dim1, dim2, dim3, channels], or [batch, channels, dim1, dim2, dim3] with `channelsFirst`; the output has the same axes, the spatial ones `size` times as long. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a size that is not made of whole numbers of at least 1 or an unknown data format.
 * @see https://keras.io/api/layers/reshaping_layers/up_sampling3d/
 * @example
 * ```ts
 * new UpSampling3D({ size: [1, 2, 3] }).apply(zeros([1, 2, 2, 2, 4])).shape // [1, 2, 4, 6, 4]
 * ```
 */
export class UpSampling3D extends UpSampling {
  static override readonly className: string = 'UpSampling3D'

  constructor(options: UpSampling3DOptions = {}) {
    super(options, ['size', 'dataFormat'], checkPerAxis('UpSampling3D', 'size', options.size ?? 2, 3))
  }

  static fromConfig(config: Config): UpSampling3D {
    const read = new ConfigReader('UpSampling3D', config)
    const options = {
      ...readLayerOptions(read),
      size: readIntegers(read, 'size', 2),
      dataFormat: readDataFormat(read),
    }
    read.done()
    return new UpSampling3D(options)
  }

  get size(): readonly number[] {
    return this.factors
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      size: this.size,
      data_format: wireDataFormat(this.dataFormat),
    }
  }
}
