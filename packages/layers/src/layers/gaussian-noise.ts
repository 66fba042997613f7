import { add, type Config, random, type Tensor } from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { NoiseLayer, type NoiseOptions } from './noise-layer.ts'

export interface GaussianNoiseOptions extends NoiseOptions {
  /** The standard deviation of the noise, from 0 to 1. */
  readonly stddev: number
}

/**
 * Adds noise of the normal distribution in training: y = x + n, n with mean 0 and standard deviation `stddev`.
 *
 * Any shape, which is kept; outside training the input itself. Each call draws new numbers; a new layer with the same
 * seed begins again. Masks pass through.
 *
 * @throws {@link ArgumentError} for a standard deviation outside [0, 1].
 * @see https://keras.io/api/layers/regularization_layers/gaussian_noise/
 * @example
 * ```ts
 * new GaussianNoise({ stddev: 0.1, seed: 1 }).apply(ones([2, 3]), { training: true })
 * ```
 */
export class GaussianNoise extends NoiseLayer {
  static override readonly className: string = 'GaussianNoise'
  readonly stddev: number

  constructor(options: GaussianNoiseOptions) {
    super(options, ['stddev'])
    this.stddev = checkNumber('GaussianNoise', 'stddev', options.stddev, 'unitInterval')
  }

  static fromConfig(config: Config): GaussianNoise {
    const read = new ConfigReader('GaussianNoise', config)
    const options = {
      ...readLayerOptions(read),
      stddev: read.number('stddev'),
      seed: read.integer('seed', null),
    }
    read.done()
    return new GaussianNoise(options)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), stddev: this.stddev, seed: this.seed }
  }

  protected override get disturbs(): boolean {
    return this.stddev > 0
  }

  protected override disturb(x: Tensor): Tensor {
    const { stddev, generator, dtype } = this
    return add(x, random.normal(x.shape, { stddev, generator, dtype, backend: x.storage.backend }))
  }
}
