import { add, type Config, checkOptionNames, clip, div, mul, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { checkNormAxis, epsilon, type NormAxis, readNormAxis, weightNorms } from './weight-norms.ts'

export interface MaxNormOptions {
  /** The greatest norm, at least 0. Default: 2. */
  readonly maxValue?: number
  /** The axes of the norm: those of what goes into one unit. 0 for Dense, [0, 1, 2] for Conv2D. Default: 0. */
  readonly axis?: number | readonly number[]
}

/**
 * Limits norms: w · clip(‖w‖, 0, maxValue) / (‖w‖ + 1e-7).
 *
 * @throws {@link ArgumentError} for a negative maxValue or an axis that is no whole number.
 * @see https://keras.io/api/layers/constraints/#maxnorm-class
 * @example
 * ```ts
 * new constraints.MaxNorm({ maxValue: 3 }).apply(kernel)
 * ```
 */
export class MaxNorm implements Serializable {
  static readonly className: string = 'MaxNorm'
  readonly maxValue: number
  readonly axis: NormAxis

  constructor(options: MaxNormOptions = {}) {
    checkOptionNames('MaxNorm', options, ['maxValue', 'axis'])
    this.maxValue = checkNumber('MaxNorm', 'maxValue', options.maxValue ?? 2, 'nonNegative')
    this.axis = checkNormAxis('MaxNorm', options.axis ?? 0)
  }

  apply(weight: Tensor): Tensor {
    return tidy(() => {
      const norms = weightNorms(weight, this.axis)
      return mul(weight, div(clip(norms, 0, this.maxValue), add(norms, epsilon)))
    })
  }

  getConfig(): Config {
    return { max_value: this.maxValue, axis: this.axis }
  }

  static fromConfig(config: Config): MaxNorm {
    const read = new ConfigReader('MaxNorm', config)
    const options = { maxValue: read.number('max_value', 2), axis: readNormAxis(read) }
    read.done()
    return new MaxNorm(options)
  }
}
