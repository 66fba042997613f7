import { type Config, checkOptionNames, mul, square, sum, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { checkFloat } from './regularizer.ts'

export interface L2Options {
  /** The factor, at least 0. Default: 0.01. */
  readonly l2?: number
}

/**
 * The penalty l2 · Σ x².
 *
 * @throws {@link ArgumentError} for a factor that is negative or not finite.
 * @see https://keras.io/api/layers/regularizers/#l2-class
 * @example
 * ```ts
 * new regularizers.L2({ l2: 0.001 }).apply(kernel)
 * ```
 */
export class L2 implements Serializable {
  static readonly className: string = 'L2'
  readonly l2: number

  constructor(options: L2Options = {}) {
    checkOptionNames('L2', options, ['l2'])
    this.l2 = checkNumber('L2', 'l2', options.l2 ?? 0.01, 'nonNegative')
  }

  apply(x: Tensor): Tensor {
    checkFloat('L2', x)
    return tidy(() => mul(sum(square(x)), this.l2))
  }

  getConfig(): Config {
    return { l2: this.l2 }
  }

  static fromConfig(config: Config): L2 {
    const read = new ConfigReader('L2', config)
    const l2 = read.number('l2', 0.01)
    read.done()
    return new L2({ l2 })
  }
}
