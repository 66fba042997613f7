import type { Config } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { Cropping } from './cropping.ts'
import type { Margin, MarginOption } from './margins.ts'

export interface Cropping1DOptions extends LayerOptions {
  /** How many steps to take off at the start and at the end: a number for both or [before, after]. Default: 1. */
  readonly cropping?: MarginOption
}

/**
 * Takes steps off the ends of the spatial axis.
 *
 * Input [batch, steps, channels]; the output has the same axes. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a cropping that is not made of whole numbers of at least 0, {@link ShapeError} where nothing of an axis would be left.
 * @see https://keras.io/api/layers/reshaping_layers/cropping1d/
 * @example
 * ```ts
 * new Cropping1D({ cropping: [1, 2] }).apply(zeros([1, 5, 2])).shape // [1, 2, 2]
 * ```
 */
export class Cropping1D extends Cropping {
  static override readonly className: string = 'Cropping1D'

  constructor(options: Cropping1DOptions = {}) {
    super(options, ['cropping'], options.cropping ?? [1, 1], 1)
  }

  static fromConfig(config: Config): Cropping1D {
    const read = new ConfigReader('Cropping1D', config)
    const options = {
      ...readLayerOptions(read),
      // The constructor checks what it is.
      cropping: read.json('cropping', [1, 1]) as MarginOption,
    }
    read.done()
    return new Cropping1D(options)
  }

  get cropping(): Margin {
    return this.margins[0]!
  }

  override getConfig(): Config {
    return { ...super.getConfig(), cropping: this.cropping }
  }
}
