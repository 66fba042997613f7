import { ArgumentError, type Config, checkOptionNames, random, type Shape, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { InitializerOptions } from './initializer.ts'
import { RandomInitializer, readSeed, type SeedOptions } from './random-initializer.ts'

export interface RandomUniformOptions extends SeedOptions {
  /** The least value. Default: −0.05. */
  readonly minval?: number
  /** The bound, which is not reached. Default: 0.05. */
  readonly maxval?: number
}

/**
 * Draws evenly from [minval, maxval).
 *
 * @throws {@link ArgumentError} for bounds that are not finite or in the wrong order.
 * @see https://keras.io/api/layers/initializers/#randomuniform-class
 * @example
 * ```ts
 * new initializers.RandomUniform({ minval: -1, maxval: 1, seed: 1 }).apply([784, 128])
 * ```
 */
export class RandomUniform extends RandomInitializer {
  static readonly className: string = 'RandomUniform'
  readonly minval: number
  readonly maxval: number

  constructor(options: RandomUniformOptions = {}) {
    checkOptionNames('RandomUniform', options, ['minval', 'maxval', 'seed'])
    super('RandomUniform', options)
    this.minval = checkNumber('RandomUniform', 'minval', options.minval ?? -0.05, 'finite')
    this.maxval = checkNumber('RandomUniform', 'maxval', options.maxval ?? 0.05, 'finite')
    if (this.minval > this.maxval) {
      throw new ArgumentError('minval is above maxval', {
        op: 'RandomUniform',
        received: { minval: this.minval, maxval: this.maxval },
      })
    }
  }

  override apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    return random.uniform(shape, { ...this.drawOptions(options), min: this.minval, max: this.maxval })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), minval: this.minval, maxval: this.maxval }
  }

  static fromConfig(config: Config): RandomUniform {
    const read = new ConfigReader('RandomUniform', config)
    const options = {
      ...readSeed(read),
      minval: read.number('minval', -0.05),
      maxval: read.number('maxval', 0.05),
    }
    read.done()
    return new RandomUniform(options)
  }
}
