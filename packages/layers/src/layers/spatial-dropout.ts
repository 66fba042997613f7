import { type Config, type DataFormat, dropout, type Tensor } from '@tapegrad/core'
import { checkNumber } from '../saving/option-values.ts'
import { NoiseLayer, type NoiseOptions } from './noise-layer.ts'
import { checkDataFormat, type SpatialRank, spatialAxes } from './spatial-options.ts'

export interface SpatialDropoutOptions extends NoiseOptions {
  /** The probability that a channel is dropped, from 0 to 1. */
  readonly rate: number
}

/** What layers that drop whole channels have in common. */
export abstract class SpatialDropout extends NoiseLayer {
  readonly rate: number
  readonly dataFormat: DataFormat
  readonly #noiseShape: readonly (number | null)[]

  constructor(
    options: SpatialDropoutOptions & { readonly dataFormat?: DataFormat },
    ownOptionNames: readonly string[],
    spatial: SpatialRank,
  ) {
    super(options, ['rate', ...ownOptionNames])
    this.rate = checkNumber(this.className, 'rate', options.rate, 'unitInterval')
    this.dataFormat = checkDataFormat(this.className, options.dataFormat)
    this.inputSpec = { ndim: spatial + 2 }
    const axes = spatialAxes(this.dataFormat, spatial)
    this.#noiseShape = Array.from({ length: spatial + 2 }, (_, axis) => (axes.includes(axis) ? 1 : null))
  }

  override getConfig(): Config {
    // Keras's constructors take no `trainable`, and their configs name the dtype alone.
    const { trainable: _, ...config } = super.getConfig()
    return { ...config, dtype: this.dtype, rate: this.rate, seed: this.seed }
  }

  protected override get disturbs(): boolean {
    return this.rate > 0
  }

  protected override disturb(x: Tensor): Tensor {
    return dropout(x, this.rate, { noiseShape: this.#noiseShape, generator: this.generator })
  }
}
