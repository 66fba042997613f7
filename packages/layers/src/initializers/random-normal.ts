import { type Config, checkOptionNames, random, type Shape, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { InitializerOptions } from './initializer.ts'
import { RandomInitializer, readSeed, type SeedOptions } from './random-initializer.ts'

export interface RandomNormalOptions extends SeedOptions {
  /** Default: 0. */
  readonly mean?: number
  /** The standard deviation, at least 0. Default: 0.05. */
  readonly stddev?: number
}

/**
 * Draws from the normal distribution.
 *
 * @throws {@link ArgumentError} for a mean that is not finite or a negative standard deviation.
 * @see https://keras.io/api/layers/initializers/#randomnormal-class
 * @example
 * ```ts
 * new initializers.RandomNormal({ stddev: 0.02, seed: 1 }).apply([784, 128])
 * ```
 */
export class RandomNormal extends RandomInitializer {
  static readonly className: string = 'RandomNormal'
  readonly mean: number
  readonly stddev: number

  constructor(options: RandomNormalOptions = {}) {
    checkOptionNames('RandomNormal', options, ['mean', 'stddev', 'seed'])
    super('RandomNormal', options)
    this.mean = checkNumber('RandomNormal', 'mean', options.mean ?? 0, 'finite')
    this.stddev = checkNumber('RandomNormal', 'stddev', options.stddev ?? 0.05, 'nonNegative')
  }

  override apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    const { mean, stddev } = this
    return random.normal(shape, { ...this.drawOptions(options), mean, stddev })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev }
  }

  static fromConfig(config: Config): RandomNormal {
    const read = new ConfigReader('RandomNormal', config)
    const options = { ...readSeed(read), mean: read.number('mean', 0), stddev: read.number('stddev', 0.05) }
    read.done()
    return new RandomNormal(options)
  }
}
