import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { type FanOptions, fanOptionNames, readFanOptions, VarianceScaling } from './variance-scaling.ts'

/**
 * Draws evenly from ±√(6 / fanIn).
 *
 * @throws {@link ArgumentError} for a seed that is not a whole number of at least 0.
 * @see https://arxiv.org/abs/1502.01852 (He, Zhang, Ren, Sun 2015)
 * @example
 * ```ts
 * new initializers.HeUniform({ seed: 1 }).apply([784, 128])
 * ```
 */
export class HeUniform extends VarianceScaling {
  static override readonly className: string = 'HeUniform'

  constructor(options: FanOptions = {}) {
    checkOptionNames('HeUniform', options, fanOptionNames)
    super({ ...options, scale: 2, mode: 'fanIn', distribution: 'uniform' })
  }

  override getConfig(): Config {
    return this.fanConfig()
  }

  static override fromConfig(config: Config): HeUniform {
    const read = new ConfigReader('HeUniform', config)
    const options = readFanOptions(read)
    read.done()
    return new HeUniform(options)
  }
}
