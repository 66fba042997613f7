import { type Config, checkOptionNames, type Shape, type Tensor, zeros } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import type { Serializable } from '../saving/serializable.ts'
import type { InitializerOptions } from './initializer.ts'

/**
 * Makes tensors of zeros.
 *
 * @see https://keras.io/api/layers/initializers/#zeros-class
 * @example
 * ```ts
 * new initializers.Zeros().apply([2, 3])
 * ```
 */
export class Zeros implements Serializable {
  static readonly className: string = 'Zeros'

  constructor(options: Readonly<Record<never, never>> = {}) {
    checkOptionNames('Zeros', options, [])
  }

  apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    return zeros(shape, options)
  }

  getConfig(): Config {
    return {}
  }

  static fromConfig(config: Config): Zeros {
    new ConfigReader('Zeros', config).done()
    return new Zeros()
  }
}
