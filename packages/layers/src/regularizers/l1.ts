import { abs, type Config, checkOptionNames, mul, sum, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { checkFloat } from './regularizer.ts'

export interface L1Options {
  /** The factor, at least 0. Default: 0.01. */
  readonly l1?: number
}

/**
 * The penalty l1 · Σ |x|.
 *
 * @throws {@link ArgumentError} for a factor that is negative or not finite.
 * @see https://keras.io/api/layers/regularizers/#l1-class
 * @example
 * ```ts
 * new regularizers.L1({ l1: 0.001 }).apply(kernel)
 * ```
 */
export class L1 implements Serializable {
  static readonly className: string = 'L1'
  readonly l1: number

  constructor(options: L1Options = {}) {
    checkOptionNames('L1', options, ['l1'])
    this.l1 = checkNumber('L1', 'l1', options.l1 ?? 0.01, 'nonNegative')
  }

  apply(x: Tensor): Tensor {
    checkFloat('L1', x)
    return tidy(() => mul(sum(abs(x)), this.l1))
  }

  getConfig(): Config {
    return { l1: this.l1 }
  }

  static fromConfig(config: Config): L1 {
    const read = new ConfigReader('L1', config)
    const l1 = read.number('l1', 0.01)
    read.done()
    return new L1({ l1 })
  }
}
