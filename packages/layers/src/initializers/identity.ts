import {
  type Config,
  checkOptionNames,
  eye,
  mul,
  type Shape,
  ShapeError,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { checkShape } from './check-shape.ts'
import type { InitializerOptions } from './initializer.ts'

export interface IdentityOptions {
  /** The value on the diagonal. Default: 1. */
  readonly gain?: number
}

/**
 * Makes matrices with `gain` on the diagonal and zeros elsewhere; they need not be square.
 *
 * @throws {@link ShapeError} from `apply`, for a shape that is not a matrix's.
 * @see https://keras.io/api/layers/initializers/#identity-class
 * @example
 * ```ts
 * new initializers.Identity().apply([3, 3])
 * ```
 */
export class Identity implements Serializable {
  static readonly className: string = 'Identity'
  readonly gain: number

  constructor(options: IdentityOptions = {}) {
    checkOptionNames('Identity', options, ['gain'])
    this.gain = checkNumber('Identity', 'gain', options.gain ?? 1, 'finite')
  }

  apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    checkShape('Identity', shape)
    const [rows, columns] = shape
    if (shape.length !== 2 || rows === undefined || columns === undefined) {
      throw new ShapeError('only matrices can be the identity', {
        op: 'Identity',
        received: { shape },
        expected: 'a shape of two sizes',
      })
    }
    return tidy(() => {
      const ones = eye(rows, { ...options, columns })
      return this.gain === 1 ? ones : mul(ones, this.gain)
    })
  }

  /** Keras's has no gain, and reads it where it is there: it is written when it is not 1. */
  getConfig(): Config {
    return this.gain === 1 ? {} : { gain: this.gain }
  }

  static fromConfig(config: Config): Identity {
    const read = new ConfigReader('Identity', config)
    const gain = read.number('gain', 1)
    read.done()
    return new Identity({ gain })
  }
}
