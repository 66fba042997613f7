import type { Config, DataFormat, PerAxis, Tensor } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkOneOf } from '../saving/option-values.ts'
import { type Interpolation, interpolations, resizeAlong } from './interpolation.ts'
import { checkPerAxis, readDataFormat, readIntegers, wireDataFormat } from './spatial-options.ts'
import { UpSampling } from './up-sampling.ts'

export interface UpSampling2DOptions extends LayerOptions {
  /** How often: whole numbers of at least 1, one for all spatial axes or for each. Default: 2. */
  readonly size?: PerAxis
  /** Where the input has its channels. Default: channelsLast. */
  readonly dataFormat?: DataFormat
  /** What is between the elements: copies of the nearest, or a mixture of the elements around. Default: nearest. */
  readonly interpolation?: Interpolation
}

/**
 * Makes images larger: repeats rows and columns, or interpolates between them.
 *
 * Input [batch, height, width, channels], or [batch, channels, height, width] with `channelsFirst`; the output has the same axes, the spatial ones `size` times as long. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a size that is not made of whole numbers of at least 1, or an unknown data format or interpolation.
 * @see https://keras.io/api/layers/reshaping_layers/up_sampling2d/
 * @example
 * ```ts
 * new UpSampling2D({ size: [2, 3] }).apply(zeros([1, 2, 2, 4])).shape // [1, 4, 6, 4]
 * ```
 */
export class UpSampling2D extends UpSampling {
  static override readonly className: string = 'UpSampling2D'
  readonly interpolation: Interpolation

  constructor(options: UpSampling2DOptions = {}) {
    super(
      options,
      ['size', 'dataFormat', 'interpolation'],
      checkPerAxis('UpSampling2D', 'size', options.size ?? 2, 2),
    )
    this.interpolation = checkOneOf(
      'UpSampling2D',
      'interpolation',
      options.interpolation ?? 'nearest',
      interpolations,
    )
  }

  static fromConfig(config: Config): UpSampling2D {
    const read = new ConfigReader('UpSampling2D', config)
    const options = {
      ...readLayerOptions(read),
      size: readIntegers(read, 'size', 2),
      dataFormat: readDataFormat(read),
      interpolation: read.oneOf('interpolation', interpolations, 'nearest'),
    }
    read.done()
    return new UpSampling2D(options)
  }

  get size(): readonly number[] {
    return this.factors
  }

  override call(x: Tensor): Tensor {
    const { interpolation } = this
    if (interpolation === 'nearest') return super.call(x)
    return this.axes().reduce(
      (y, axis, i) => resizeAlong(y, { axis, factor: this.factors[i]!, interpolation }),
      x,
    )
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      size: this.size,
      data_format: wireDataFormat(this.dataFormat),
      interpolation: this.interpolation,
    }
  }
}
