import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { backendOf, checkDType, createOptionNames } from '../tensor/create-options.ts'
import type { DType, FloatDType } from '../tensor/dtype.ts'
import { allocateHost } from '../tensor/host-data.ts'
import { checkShape, type Shape, sizeOf } from '../tensor/shape.ts'
import { fromData, type Tensor } from '../tensor/tensor.ts'
import { draw, generatorOf, type RandomOptions } from './draw.ts'
import { normalQuantile } from './normal-quantile.ts'

export interface UniformOptions<D extends FloatDType = FloatDType> extends RandomOptions<D> {
  /** The least number. Default: 0. */
  readonly min?: number
  /** The bound, which is not reached. Default: 1. */
  readonly max?: number
}

/**
 * Numbers drawn evenly from [min, max).
 *
 * @throws {@link ArgumentError} for bounds that are not finite or in the wrong order.
 * @see https://numpy.org/doc/stable/reference/random/generated/numpy.random.Generator.uniform.html
 * @example
 * ```ts
 * random.uniform([2, 3], { min: -1, max: 1 })
 * ```
 */
export function uniform<D extends FloatDType = 'float32'>(
  shape: Shape,
  options: UniformOptions<D> = {},
): Tensor<D> {
  checkOptionNames('random.uniform', options, [...createOptionNames, 'generator', 'seed', 'min', 'max'])
  const { min = 0, max = 1 } = options
  const round = options.dtype === 'float64' ? Number : Math.fround
  // The distance of two huge numbers is infinite, and so is a bound that the dtype does not reach.
  if (![min, max, round(min), round(max), max - min].every(Number.isFinite) || min > max) {
    throw new ArgumentError('min and max are not finite numbers in this order', {
      op: 'random.uniform',
      received: { min, max },
    })
  }
  return draw('random.uniform', shape, options, (u) => min + u * (max - min), {
    below: min < max ? max : Infinity,
    instead: min,
  })
}

export interface NormalOptions<D extends FloatDType = FloatDType> extends RandomOptions<D> {
  /** Default: 0. */
  readonly mean?: number
  /** The standard deviation, at least 0. Default: 1. */
  readonly stddev?: number
}

/**
 * Numbers drawn from the normal distribution.
 *
 * @throws {@link ArgumentError} for a mean or standard deviation that is not finite, or a negative one.
 * @see https://numpy.org/doc/stable/reference/random/generated/numpy.random.Generator.normal.html
 * @example
 * ```ts
 * random.normal([2, 3], { stddev: 0.05 })
 * ```
 */
export function normal<D extends FloatDType = 'float32'>(
  shape: Shape,
  options: NormalOptions<D> = {},
): Tensor<D> {
  const { mean, stddev } = checkNormal('random.normal', options)
  return draw('random.normal', shape, options, (u) => mean + stddev * normalQuantile(u))
}

/** The probability that a standard normal number is less than −2. */
const belowMinusTwo = 0.022750131948179195

/**
 * Numbers drawn from the normal distribution within two standard deviations of its mean.
 *
 * @throws {@link ArgumentError} for a mean or standard deviation that is not finite, or a negative one.
 * @see https://keras.io/api/random/random_ops/#truncatednormal-function
 * @example
 * ```ts
 * random.truncatedNormal([784, 128], { stddev: 0.05 })
 * ```
 */
export function truncatedNormal<D extends FloatDType = 'float32'>(
  shape: Shape,
  options: NormalOptions<D> = {},
): Tensor<D> {
  const { mean, stddev } = checkNormal('random.truncatedNormal', options)
  return draw('random.truncatedNormal', shape, options, (u) => {
    return mean + stddev * normalQuantile(belowMinusTwo + u * (1 - 2 * belowMinusTwo))
  })
}

export interface ExponentialOptions<D extends FloatDType = FloatDType> extends RandomOptions<D> {
  /** The mean of the numbers, at least 0. Default: 1. */
  readonly scale?: number
}

/**
 * Numbers drawn from the exponential distribution, the density e^(−x / scale) / scale for x > 0.
 *
 * @throws {@link ArgumentError} for a scale that is not finite or below 0.
 * @see https://numpy.org/doc/stable/reference/random/generated/numpy.random.Generator.exponential.html
 * @example
 * ```ts
 * random.exponential([2, 3], { scale: 0.5 })
 * ```
 */
export function exponential<D extends FloatDType = 'float32'>(
  shape: Shape,
  options: ExponentialOptions<D> = {},
): Tensor<D> {
  checkOptionNames('random.exponential', options, [...createOptionNames, 'generator', 'seed', 'scale'])
  const { scale = 1 } = options
  if (!(Number.isFinite(scale) && scale >= 0)) {
    throw new ArgumentError('scale is not a finite number of at least 0', {
      op: 'random.exponential',
      received: { scale },
    })
  }
  return draw('random.exponential', shape, options, (u) => -scale * Math.log1p(-u))
}

export interface BernoulliOptions<D extends DType = DType> extends RandomOptions<D> {
  /** The probability of 1, from 0 to 1. Default: 0.5. */
  readonly probability?: number
}

/**
 * Ones with a given probability, else zeros.
 *
 * @param options `probability` and the usual ones; `dtype` is bool by default.
 * @throws {@link ArgumentError} for a probability outside [0, 1].
 * @see https://pytorch.org/docs/stable/generated/torch.bernoulli.html
 * @example
 * ```ts
 * random.bernoulli([4], { probability: 0.8 })
 * ```
 */
export function bernoulli<D extends DType = 'bool'>(
  shape: Shape,
  options: BernoulliOptions<D> = {},
): Tensor<D> {
  checkOptionNames('random.bernoulli', options, [...createOptionNames, 'generator', 'seed', 'probability'])
  const { probability = 0.5 } = options
  if (!(Number.isFinite(probability) && probability >= 0 && probability <= 1)) {
    throw new ArgumentError('probability is not a number from 0 to 1', {
      op: 'random.bernoulli',
      received: { probability },
    })
  }
  const checked = checkShape('random.bernoulli', shape)
  const dtype = checkDType('random.bernoulli', options.dtype ?? 'bool') as D
  const generator = generatorOf('random.bernoulli', options)
  const backend = backendOf('random.bernoulli', options)
  const data = allocateHost('random.bernoulli', backend, dtype, sizeOf(checked))
  const bits = generator.bits(data.length)
  const bound = probability * 2 ** 32
  for (let i = 0; i < bits.length; i++) data[i] = bits[i]! < bound ? 1 : 0
  return fromData(backend, dtype, checked, data)
}

function checkNormal(op: string, options: NormalOptions): { mean: number; stddev: number } {
  checkOptionNames(op, options, [...createOptionNames, 'generator', 'seed', 'mean', 'stddev'])
  const { mean = 0, stddev = 1 } = options
  if (Number.isFinite(mean) && Number.isFinite(stddev) && stddev >= 0) return { mean, stddev }
  throw new ArgumentError('mean and stddev are not finite numbers, stddev at least 0', {
    op,
    received: { mean, stddev },
  })
}
