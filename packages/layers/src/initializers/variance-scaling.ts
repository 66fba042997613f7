import { ArgumentError, type Config, checkOptionNames, random, type Shape, type Tensor } from '@tapegrad/core'
import { toSnakeCase } from '../engine/naming.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkIntegers, checkNumber, checkOneOf } from '../saving/option-values.ts'
import { toCamelCase } from '../saving/wire-names.ts'
import { checkShape } from './check-shape.ts'
import { computeFans } from './fans.ts'
import type { InitializerOptions } from './initializer.ts'
import { RandomInitializer, readSeed, type SeedOptions } from './random-initializer.ts'

/** The options of the initializers that scale by a weight's fans. */
export interface FanOptions extends SeedOptions {
  /** The axes whose sizes make the fan-in, where the weight's shape does not tell. Both or none. Default: null. */
  readonly inputAxes?: readonly number[] | null
  /** The axes whose sizes make the fan-out. Default: null. */
  readonly outputAxes?: readonly number[] | null
}

export interface VarianceScalingOptions extends FanOptions {
  /** Above 0. Default: 1. */
  readonly scale?: number
  /** What n is: inputs, outputs or the mean of both. Default: fanIn. */
  readonly mode?: 'fanIn' | 'fanOut' | 'fanAvg'
  /** Default: truncatedNormal. */
  readonly distribution?: 'truncatedNormal' | 'untruncatedNormal' | 'uniform'
}

/** The standard deviation of a standard normal number that is truncated at ±2. */
const truncatedStddev = 0.87962566103423978

/**
 * Draws with a variance that depends on the weight's shape: scale / n, where n is its fan-in, its fan-out or their mean.
 *
 * Normal numbers have the standard deviation √(scale / n), after truncation where they are truncated; uniform ones
 * lie within ±√(3 · scale / n).
 *
 * @throws {@link ArgumentError} for a scale that is not above 0, or an unknown mode or distribution.
 * @see https://keras.io/api/layers/initializers/#variancescaling-class
 * @example
 * ```ts
 * new initializers.VarianceScaling({ scale: 2, mode: 'fanOut' }).apply([3, 3, 16, 32])
 * ```
 */
export class VarianceScaling extends RandomInitializer {
  static readonly className: string = 'VarianceScaling'
  readonly scale: number
  readonly mode: 'fanIn' | 'fanOut' | 'fanAvg'
  readonly distribution: 'truncatedNormal' | 'untruncatedNormal' | 'uniform'
  readonly inputAxes: readonly number[] | null
  readonly outputAxes: readonly number[] | null

  constructor(options: VarianceScalingOptions = {}) {
    // Options of a class derived from it are reported as that class's.
    const op = new.target.className
    checkOptionNames(op, options, ['scale', 'mode', 'distribution', ...fanOptionNames])
    super(op, options)
    this.scale = checkNumber(op, 'scale', options.scale ?? 1, 'positive')
    this.mode = checkOneOf(op, 'mode', options.mode ?? 'fanIn', ['fanIn', 'fanOut', 'fanAvg'])
    this.distribution = checkOneOf(op, 'distribution', options.distribution ?? 'truncatedNormal', [
      'truncatedNormal',
      'untruncatedNormal',
      'uniform',
    ])
    const { inputAxes = null, outputAxes = null } = options
    if ((inputAxes === null) !== (outputAxes === null)) {
      throw new ArgumentError('inputAxes and outputAxes are not given together', {
        op,
        received: { inputAxes, outputAxes },
      })
    }
    this.inputAxes = inputAxes === null ? null : checkIntegers(op, 'inputAxes', inputAxes)
    this.outputAxes = outputAxes === null ? null : checkIntegers(op, 'outputAxes', outputAxes)
  }

  override apply(shape: Shape, options: InitializerOptions = {}): Tensor {
    checkShape((this.constructor as typeof VarianceScaling).className, shape)
    const { fanIn, fanOut } = computeFans(shape, this.inputAxes, this.outputAxes)
    const n = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[this.mode]
    const variance = this.scale / Math.max(1, n)
    const draw = this.drawOptions(options)
    if (this.distribution === 'uniform') {
      const limit = Math.sqrt(3 * variance)
      return random.uniform(shape, { ...draw, min: -limit, max: limit })
    }
    const stddev = Math.sqrt(variance)
    return this.distribution === 'untruncatedNormal'
      ? random.normal(shape, { ...draw, stddev })
      : random.truncatedNormal(shape, { ...draw, stddev: stddev / truncatedStddev })
  }

  override getConfig(): Config {
    return {
      ...this.fanConfig(),
      scale: this.scale,
      mode: toSnakeCase(this.mode),
      distribution: toSnakeCase(this.distribution),
    }
  }

  protected fanConfig(): Config {
    return { ...super.getConfig(), input_axes: this.inputAxes, output_axes: this.outputAxes }
  }

  static fromConfig(config: Config): VarianceScaling {
    const read = new ConfigReader('VarianceScaling', config)
    const mode = read.oneOf('mode', ['fan_in', 'fan_out', 'fan_avg'], 'fan_in')
    const distribution = read.oneOf(
      'distribution',
      ['truncated_normal', 'untruncated_normal', 'uniform', 'normal'],
      'truncated_normal',
    )
    const options = {
      ...readFanOptions(read),
      scale: read.number('scale', 1),
      mode: toCamelCase(mode),
      // What Keras 2 called it.
      distribution: toCamelCase(distribution === 'normal' ? 'truncated_normal' : distribution),
    }
    read.done()
    return new VarianceScaling(options)
  }
}

export const fanOptionNames: readonly (keyof FanOptions)[] = ['seed', 'inputAxes', 'outputAxes']

export function readFanOptions(read: ConfigReader): Required<FanOptions> {
  return {
    ...readSeed(read),
    inputAxes: read.integers('input_axes', null),
    outputAxes: read.integers('output_axes', null),
  }
}
