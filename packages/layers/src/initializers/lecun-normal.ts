import { type Config, checkOptionNames } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { type FanOptions, fanOptionNames, readFanOptions, VarianceScaling } from './variance-scaling.ts'

/**
 * Draws from a truncated normal distribution with the standard deviation √(1 / fanIn).
 *
 * @throws {@link ArgumentError} for a seed that is not a whole number of at least 0.
 * @see https://arxiv.org/abs/1706.02515 (Klambauer, Unterthiner, Mayr, Hochreiter 2017)
 * @example
 * ```ts
 * new initializers.LecunNormal({ seed: 1 }).apply([784, 128])
 * ```
 */
export class LecunNormal extends VarianceScaling {
  static override readonly className: string = 'LecunNormal'

  constructor(options: FanOptions = {}) {
    checkOptionNames('LecunNormal', options, fanOptionNames)
    super({ ...options, scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' })
  }

  override getConfig(): Config {
    return this.fanConfig()
  }

  static override fromConfig(config: Config): LecunNormal {
    const read = new ConfigReader('LecunNormal', config)
    const options = readFanOptions(read)
    read.done()
    return new LecunNormal(options)
  }
}
