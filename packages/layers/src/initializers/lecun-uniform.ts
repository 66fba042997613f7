import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { type FanOptions, fanOptionNames, readFanOptions, VarianceScaling } from './variance-scaling.ts'

/**
 * Draws evenly from ±√(3 / fanIn).
 *
 * @throws {@link ArgumentError} for a seed that is not a whole number of at least 0.
 * @see https://arxiv.org/abs/1706.02515 (Klambauer, Unterthiner, Mayr, Hochreiter 2017)
 * @example
 * ```ts
 * new initializers.LecunUniform({ seed: 1 }).apply([784, 128])
 * ```
 */
export class LecunUniform extends VarianceScaling {
  static override readonly className: string = 'LecunUniform'

  constructor(options: FanOptions = {}) {
    checkOptionNames('LecunUniform', options, fanOptionNames)
    super({ ...options, scale: 1, mode: 'fanIn', distribution: 'uniform' })
  }

  override getConfig(): Config {
    return this.fanConfig()
  }

  static override fromConfig(config: Config): LecunUniform {
    const read = new ConfigReader('LecunUniform', config)
    const options = readFanOptions(read)
    read.done()
    return new LecunUniform(options)
  }
}
