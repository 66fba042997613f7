import { type Config, checkOptionNames, random, type Shape, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { InitializerOptions } from './initializer.ts'
import { RandomInitializer, readSeed, type SeedOptions } from './random-initializer.ts'

export interface TruncatedNormalOptions extends SeedOptions {
  /** Default: 0. */
  readonly mean?: number
  /** The standard deviation before truncation, at least 0. Default: 0.05. */
  readonly stddev?: number
}

/**
 * Draws from the normal distribution within two standard deviations of its mean.
 *
 * @throws {@link ArgumentError} for a mean that is not finite or a negative standard deviation.
 * @see https://keras.io/api/layers/initializers/#truncatednormal-class
 * @example
 * ```ts
 * new initializers.TruncatedNormal({ stddev: 0.02, seed: 1 }).apply([784, 128])
 * ```
 */
export class TruncatedNormal extends RandomInitializer {
  static readonly className: string = 'TruncatedNormal'
  readonly mean: number
  readonly stddev: number

  constructor(options: TruncatedNormalOptions = {}) {
    checkOptionNames('TruncatedNormal', options, ['mean', 'stddev', 'seed'])
    super('TruncatedNormal', options)
    this.mean = checkNumber('TruncatedNormal', 'mean', options.mean ?? 0, 'finite')
    this.stddev = checkNumber('TruncatedNormal', 'stddev', options.stddev ?? 0.05, 'nonNegative')
  }

  override apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    const { mean, stddev } = this
    return random.truncatedNormal(shape, { ...this.drawOptions(options), mean, stddev })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev }
  }

  static fromConfig(config: Config): TruncatedNormal {
    const read = new ConfigReader('TruncatedNormal', config)
    const options = { ...readSeed(read), mean: read.number('mean', 0), stddev: read.number('stddev', 0.05) }
    read.done()
    return new TruncatedNormal(options)
  }
}
