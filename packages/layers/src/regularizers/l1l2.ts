import {
  abs,
  add,
  type Config,
  checkOptionNames,
  mul,
  scalar,
  square,
  sum,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { checkFloat } from './regularizer.ts'

export interface L1L2Options {
  /** The factor of Σ |x|, at least 0. Default: 0. */
  readonly l1?: number
  /** The factor of Σ x², at least 0. Default: 0. */
  readonly l2?: number
}

/**
 * The penalty l1 · Σ |x| + l2 · Σ x².
 *
 * @throws {@link ArgumentError} for a factor that is negative or not finite.
 * @see https://keras.io/api/layers/regularizers/#l1l2-class
 * @example
 * ```ts
 * new regularizers.L1L2({ l1: 0.001, l2: 0.01 }).apply(kernel)
 * ```
 */
export class L1L2 implements Serializable {
  static readonly className: string = 'L1L2'
  readonly l1: number
  readonly l2: number

  constructor(options: L1L2Options = {}) {
    checkOptionNames('L1L2', options, ['l1', 'l2'])
    this.l1 = checkNumber('L1L2', 'l1', options.l1 ?? 0, 'nonNegative')
    this.l2 = checkNumber('L1L2', 'l2', options.l2 ?? 0, 'nonNegative')
  }

  apply(x: Tensor): Tensor {
    checkFloat('L1L2', x)
    const { l1, l2 } = this
    if (l1 === 0 && l2 === 0) return scalar(0, { dtype: x.dtype, backend: x.storage.backend })
    return tidy(() => {
      if (l2 === 0) return mul(sum(abs(x)), l1)
      const squares = mul(sum(square(x)), l2)
      return l1 === 0 ? squares : add(mul(sum(abs(x)), l1), squares)
    })
  }

  getConfig(): Config {
    return { l1: this.l1, l2: this.l2 }
  }

  static fromConfig(config: Config): L1L2 {
    const read = new ConfigReader('L1L2', config)
    const options = { l1: read.number('l1', 0), l2: read.number('l2', 0) }
    read.done()
    return new L1L2(options)
  }
}
