import { type Config, mul, random, type Tensor } from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { NoiseLayer, type NoiseOptions } from './noise-layer.ts'

export interface GaussianDropoutOptions extends NoiseOptions {
  /** As the rate of `Dropout`, whose variance the noise has: at least 0 and below 1. */
  readonly rate: number
}

/**
 * Multiplies by noise of the normal distribution in training: y = x · n, n with mean 1 and standard deviation
 * √(rate / (1 − rate)).
 *
 * Any shape, which is kept; outside training the input itself. Each call draws new numbers; a new layer with the same
 * seed begins again. Masks pass through.
 *
 * @throws {@link ArgumentError} for a rate outside [0, 1); Keras allows 1, and fails when it is applied.
 * @see https://keras.io/api/layers/regularization_layers/gaussian_dropout/
 * @see https://jmlr.org/papers/v15/srivastava14a.html
 * @example
 * ```ts
 * new GaussianDropout({ rate: 0.5, seed: 1 }).apply(ones([2, 3]), { training: true })
 * ```
 */
export class GaussianDropout extends NoiseLayer {
  static override readonly className: string = 'GaussianDropout'
  readonly rate: number

  constructor(options: GaussianDropoutOptions) {
    super(options, ['rate'])
    this.rate = checkNumber('GaussianDropout', 'rate', options.rate, 'belowOne')
  }

  static fromConfig(config: Config): GaussianDropout {
    const read = new ConfigReader('GaussianDropout', config)
    const options = {
      ...readLayerOptions(read),
      rate: read.number('rate'),
      seed: read.integer('seed', null),
    }
    read.done()
    return new GaussianDropout(options)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed }
  }

  protected override get disturbs(): boolean {
    return this.rate > 0
  }

  protected override disturb(x: Tensor): Tensor {
    const { rate, generator, dtype } = this
    const stddev = Math.sqrt(rate / (1 - rate))
    return mul(x, random.normal(x.shape, { mean: 1, stddev, generator, dtype, backend: x.storage.backend }))
  }
}
