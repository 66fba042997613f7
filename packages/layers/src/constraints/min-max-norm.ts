import {
  ArgumentError,
  add,
  type Config,
  checkOptionNames,
  clip,
  div,
  mul,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { checkNormAxis, epsilon, type NormAxis, readNormAxis, weightNorms } from './weight-norms.ts'

export interface MinMaxNormOptions {
  /** The least norm, at least 0. Default: 0. */
  readonly minValue?: number
  /** The greatest norm, at least minValue. Default: 1. */
  readonly maxValue?: number
  /** How far towards its bound a norm moves at each step, from 0 to 1. Default: 1. */
  readonly rate?: number
  /** The axes of the norm: those of what goes into one unit. 0 for Dense, [0, 1, 2] for Conv2D. Default: 0. */
  readonly axis?: number | readonly number[]
}

/**
 * Keeps norms between bounds: w · n / (‖w‖ + 1e-7) with n = rate · clip(‖w‖, minValue, maxValue) + (1 − rate) · ‖w‖.
 *
 * @throws {@link ArgumentError} for bounds that are negative or in the wrong order, or a rate outside [0, 1].
 * @see https://keras.io/api/layers/constraints/#minmaxnorm-class
 * @example
 * ```ts
 * new constraints.MinMaxNorm({ minValue: 0.5, maxValue: 2 }).apply(kernel)
 * ```
 */
export class MinMaxNorm implements Serializable {
  static readonly className: string = 'MinMaxNorm'
  readonly minValue: number
  readonly maxValue: number
  readonly rate: number
  readonly axis: NormAxis

  constructor(options: MinMaxNormOptions = {}) {
    const op = 'MinMaxNorm'
    checkOptionNames(op, options, ['minValue', 'maxValue', 'rate', 'axis'])
    this.minValue = checkNumber(op, 'minValue', options.minValue ?? 0, 'nonNegative')
    this.maxValue = checkNumber(op, 'maxValue', options.maxValue ?? 1, 'nonNegative')
    this.rate = checkNumber(op, 'rate', options.rate ?? 1, 'unitInterval')
    this.axis = checkNormAxis(op, options.axis ?? 0)
    const { minValue, maxValue } = this
    if (minValue > maxValue) {
      throw new ArgumentError('minValue is above maxValue', { op, received: { minValue, maxValue } })
    }
  }

  apply(weight: Tensor): Tensor {
    return tidy(() => {
      const norms = weightNorms(weight, this.axis)
      const nearest = clip(norms, this.minValue, this.maxValue)
      const wanted = this.rate === 1 ? nearest : add(mul(nearest, this.rate), mul(norms, 1 - this.rate))
      return mul(weight, div(wanted, add(norms, epsilon)))
    })
  }

  getConfig(): Config {
    return { min_value: this.minValue, max_value: this.maxValue, rate: this.rate, axis: this.axis }
  }

  static fromConfig(config: Config): MinMaxNorm {
    const read = new ConfigReader('MinMaxNorm', config)
    const options = {
      minValue: read.number('min_value', 0),
      maxValue: read.number('max_value', 1),
      rate: read.number('rate', 1),
      axis: readNormAxis(read),
    }
    read.done()
    return new MinMaxNorm(options)
  }
}
