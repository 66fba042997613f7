import { type Config, checkOptionNames, ones, type Shape, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import type { Serializable } from '../saving/serializable.ts'
import type { InitializerOptions } from './initializer.ts'

/**
 * Makes tensors of ones.
 *
 * @see https://keras.io/api/layers/initializers/#ones-class
 * @example
 * ```ts
 * new initializers.Ones().apply([2, 3])
 * ```
 */
export class Ones implements Serializable {
  static readonly className: string = 'Ones'

  constructor(options: Readonly<Record<never, never>> = {}) {
    checkOptionNames('Ones', options, [])
  }

  apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    return ones(shape, options)
  }

  getConfig(): Config {
    return {}
  }

  static fromConfig(config: Config): Ones {
    new ConfigReader('Ones', config).done()
    return new Ones()
  }
}
