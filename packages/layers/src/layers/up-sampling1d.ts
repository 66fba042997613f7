import type { Config } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { UpSampling } from './up-sampling.ts'

export interface UpSampling1DOptions extends LayerOptions {
  /** How often: a whole number of at least 1. Default: 2. */
  readonly size?: number
}

/**
 * Repeats each step.
 *
 * Input [batch, steps, channels]; the output has the same axes, the spatial one `size` times as long. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a size that is not made of whole numbers of at least 1.
 * @see https://keras.io/api/layers/reshaping_layers/up_sampling1d/
 * @example
 * ```ts
 * new UpSampling1D({ size: 3 }).apply(zeros([1, 2, 4])).shape // [1, 6, 4]
 * ```
 */
export class UpSampling1D extends UpSampling {
  static override readonly className: string = 'UpSampling1D'

  constructor(options: UpSampling1DOptions = {}) {
    super(options, ['size'], [checkNumber('UpSampling1D', 'size', options.size ?? 2, 'positiveInteger')])
  }

  static fromConfig(config: Config): UpSampling1D {
    const read = new ConfigReader('UpSampling1D', config)
    const options = {
      ...readLayerOptions(read),
      size: read.integer('size', 2),
    }
    read.done()
    return new UpSampling1D(options)
  }

  get size(): number {
    return this.factors[0]!
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      size: this.size,
    }
  }
}
