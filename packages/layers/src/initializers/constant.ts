import { type Config, checkOptionNames, full, type Shape, type Tensor } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import type { InitializerOptions } from './initializer.ts'

export interface ConstantOptions {
  /** The value of all elements. Default: 0. */
  readonly value?: number
}

/**
 * Makes tensors of one value.
 *
 * @throws {@link ArgumentError} for a value that is not a finite number.
 * @see https://keras.io/api/layers/initializers/#constant-class
 * @example
 * ```ts
 * new initializers.Constant({ value: 3 }).apply([2, 3])
 * ```
 */
export class Constant implements Serializable {
  static readonly className: string = 'Constant'
  readonly value: number

  constructor(options: ConstantOptions = {}) {
    checkOptionNames('Constant', options, ['value'])
    this.value = checkNumber('Constant', 'value', options.value ?? 0, 'finite')
  }

  apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    return full(shape, this.value, options)
  }

  getConfig(): Config {
    return { value: this.value }
  }

  static fromConfig(config: Config): Constant {
    const read = new ConfigReader('Constant', config)
    const value = read.number('value', 0)
    read.done()
    return new Constant({ value })
  }
}
