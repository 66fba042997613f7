import { type Config, checkOptionNames, maximum, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import type { Serializable } from '../saving/serializable.ts'

/**
 * Sets negative weights to 0: max(w, 0).
 *
 * @see https://keras.io/api/layers/constraints/#nonneg-class
 * @example
 * ```ts
 * new constraints.NonNeg().apply(kernel)
 * ```
 */
export class NonNeg implements Serializable {
  static readonly className: string = 'NonNeg'

  constructor(options: Readonly<Record<never, never>> = {}) {
    checkOptionNames('NonNeg', options, [])
  }

  apply(weight: Tensor): Tensor {
    return maximum(weight, 0)
  }

  getConfig(): Config {
    return {}
  }

  static fromConfig(config: Config): NonNeg {
    new ConfigReader('NonNeg', config).done()
    return new NonNeg()
  }
}
