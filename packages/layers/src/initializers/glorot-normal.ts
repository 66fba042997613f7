import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { type FanOptions, fanOptionNames, readFanOptions, VarianceScaling } from './variance-scaling.ts'

/**
 * Draws from a truncated normal distribution with the standard deviation √(2 / (fanIn + fanOut)).
 *
 * @throws {@link ArgumentError} for a seed that is not a whole number of at least 0.
 * @see https://proceedings.mlr.press/v9/glorot10a.html (Glorot, Bengio 2010)
 * @example
 * ```ts
 * new initializers.GlorotNormal({ seed: 1 }).apply([784, 128])
 * ```
 */
export class GlorotNormal extends VarianceScaling {
  static override readonly className: string = 'GlorotNormal'

  constructor(options: FanOptions = {}) {
    checkOptionNames('GlorotNormal', options, fanOptionNames)
    super({ ...options, scale: 1, mode: 'fanAvg', distribution: 'truncatedNormal' })
  }

  override getConfig(): Config {
    return this.fanConfig()
  }

  static override fromConfig(config: Config): GlorotNormal {
    const read = new ConfigReader('GlorotNormal', config)
    const options = readFanOptions(read)
    read.done()
    return new GlorotNormal(options)
  }
}
