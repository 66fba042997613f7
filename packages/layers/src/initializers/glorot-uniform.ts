import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { type FanOptions, fanOptionNames, readFanOptions, VarianceScaling } from './variance-scaling.ts'

/**
 * Draws evenly from ±√(6 / (fanIn + fanOut)); also called Xavier initialization.
 *
 * @throws {@link ArgumentError} for a seed that is not a whole number of at least 0.
 * @see https://proceedings.mlr.press/v9/glorot10a.html (Glorot, Bengio 2010)
 * @example
 * ```ts
 * new initializers.GlorotUniform({ seed: 1 }).apply([784, 128])
 * ```
 */
export class GlorotUniform extends VarianceScaling {
  static override readonly className: string = 'GlorotUniform'

  constructor(options: FanOptions = {}) {
    checkOptionNames('GlorotUniform', options, fanOptionNames)
    super({ ...options, scale: 1, mode: 'fanAvg', distribution: 'uniform' })
  }

  override getConfig(): Config {
    return this.fanConfig()
  }

  static override fromConfig(config: Config): GlorotUniform {
    const read = new ConfigReader('GlorotUniform', config)
    const options = readFanOptions(read)
    read.done()
    return new GlorotUniform(options)
  }
}
