import { add, type Config, checkOptionNames, div, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import type { Serializable } from '../saving/serializable.ts'
import { checkNormAxis, epsilon, type NormAxis, readNormAxis, weightNorms } from './weight-norms.ts'

export interface UnitNormOptions {
  /** The axes of the norm: those of what goes into one unit. 0 for Dense, [0, 1, 2] for Conv2D. Default: 0. */
  readonly axis?: number | readonly number[]
}

/**
 * Scales norms to 1: w / (‖w‖ + 1e-7).
 *
 * @throws {@link ArgumentError} for an axis that is no whole number.
 * @see https://keras.io/api/layers/constraints/#unitnorm-class
 * @example
 * ```ts
 * new constraints.UnitNorm().apply(kernel)
 * ```
 */
export class UnitNorm implements Serializable {
  static readonly className: string = 'UnitNorm'
  readonly axis: NormAxis

  constructor(options: UnitNormOptions = {}) {
    checkOptionNames('UnitNorm', options, ['axis'])
    this.axis = checkNormAxis('UnitNorm', options.axis ?? 0)
  }

  apply(weight: Tensor): Tensor {
    return tidy(() => div(weight, add(weightNorms(weight, this.axis), epsilon)))
  }

  getConfig(): Config {
    return { axis: this.axis }
  }

  static fromConfig(config: Config): UnitNorm {
    const read = new ConfigReader('UnitNorm', config)
    const axis = readNormAxis(read)
    read.done()
    return new UnitNorm({ axis })
  }
}
