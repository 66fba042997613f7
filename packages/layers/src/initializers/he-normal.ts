import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { type FanOptions, fanOptionNames, readFanOptions, VarianceScaling } from './variance-scaling.ts'

/**
 * Draws from a truncated normal distribution with the standard deviation √(2 / fanIn).
 *
 * @throws {@link ArgumentError} for a seed that is not a whole number of at least 0.
 * @see https://arxiv.org/abs/1502.01852 (He, Zhang, Ren, Sun 2015)
 * @example
 * ```ts
 * new initializers.HeNormal({ seed: 1 }).apply([784, 128])
 * ```
 */
export class HeNormal extends VarianceScaling {
  static override readonly className: string = 'HeNormal'

  constructor(options: FanOptions = {}) {
    checkOptionNames('HeNormal', options, fanOptionNames)
    super({ ...options, scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' })
  }

  override getConfig(): Config {
    return this.fanConfig()
  }

  static override fromConfig(config: Config): HeNormal {
    const read = new ConfigReader('HeNormal', config)
    const options = readFanOptions(read)
    read.done()
    return new HeNormal(options)
  }
}
