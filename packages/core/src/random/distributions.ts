import { ArgumentError, DTypeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { backendOf, type CreateOptions, checkDType, createOptionNames } from '../tensor/create-options.ts'
import { type DataOf, type DType, type FloatDType, isFloat } from '../tensor/dtype.ts'
import { allocateHost } from '../tensor/host-data.ts'
import { checkShape, type Shape, sizeOf } from '../tensor/shape.ts'
import { fromData, type Tensor } from '../tensor/tensor.ts'
import { defaultGenerator, Generator } from './generator.ts'
import { normalQuantile } from './normal-quantile.ts'

export interface RandomOptions<D extends DType = DType> extends CreateOptions<D> {
  /** Where the numbers come from. Default: the generator that `setSeed` seeds. */
  readonly generator?: Generator
  /** Gives the same numbers in every call: those of `new Generator(seed)`. */
  readonly seed?: number
}

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

/**
 * The numbers 0 to n − 1 in random order.
 *
 * @param n How many.
 * @throws {@link ShapeError} for an n that is not a whole number of at least 0.
 * @see https://pytorch.org/docs/stable/generated/torch.randperm.html
 * @example
 * ```ts
 * gather(x, random.permutation(x.shape[0])) // the rows, shuffled
 * ```
 */
export function permutation(n: number, options: Omit<RandomOptions, 'dtype'> = {}): Tensor<'int32'> {
  checkOptionNames('random.permutation', options, [...createOptionNames, 'generator', 'seed'])
  const shape = checkShape('random.permutation', [n], 'n')
  const generator = generatorOf('random.permutation', options)
  const backend = backendOf('random.permutation', options)
  const order = allocateHost('random.permutation', backend, 'int32', n)
  const bits = generator.bits(2 * n)
  for (let i = 0; i < n; i++) order[i] = i
  // Fisher and Yates: each place takes one of the numbers that are left.
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(fraction53(bits, i) * (i + 1))
    const other = order[j]!
    order[j] = order[i]!
    order[i] = other
  }
  return fromData(backend, 'int32', shape, order)
}

/** Draws a number for each element from a uniform one in (0, 1), or [0, 1) where the value must stay below a bound. */
function draw<D extends FloatDType>(
  op: string,
  shape: Shape,
  options: RandomOptions<D>,
  transform: (u: number) => number,
  bound?: { readonly below: number; readonly instead: number },
): Tensor<D> {
  const checked = checkShape(op, shape)
  const dtype = checkDType(op, options.dtype ?? 'float32') as D
  if (!isFloat(dtype)) {
    throw new DTypeError('the numbers are fractions', {
      op,
      received: { dtype },
      expected: 'float32 or float64',
    })
  }
  const isSingle = dtype === 'float32'
  const length = sizeOf(checked)
  const generator = generatorOf(op, options)
  const backend = backendOf(op, options)
  const data: DataOf[FloatDType] = allocateHost(op, backend, dtype, length)
  const bits = generator.bits(isSingle ? length : 2 * length)
  const center = bound === undefined ? 0.5 : 0
  for (let i = 0; i < length; i++) {
    const u = isSingle
      ? singleFraction(bits[i]!, center)
      : Math.min(fraction53(bits, i) + center * 2 ** -53, 1 - 2 ** -53)
    data[i] = transform(u)
    // Rounding may reach the bound, which the distribution excludes.
    if (bound !== undefined && data[i]! >= bound.below) data[i] = bound.instead
  }
  return fromData(backend, dtype, checked, data as DataOf[D])
}

/** For float32: 24 bits for uniform numbers, which then are exact; all 32, off the edges, where tails matter. */
function singleFraction(bits: number, center: number): number {
  return center === 0 ? (bits >>> 8) * 2 ** -24 : (bits + center) * 2 ** -32
}

/** A fraction of 53 bits from words 2i and 2i + 1. */
function fraction53(bits: Uint32Array, i: number): number {
  return ((bits[2 * i]! >>> 5) * 2 ** 26 + (bits[2 * i + 1]! >>> 6)) * 2 ** -53
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

/** The generator that the options name or seed, else the one that `setSeed` seeds. */
export function generatorOf(op: string, { generator, seed }: RandomOptions): Generator {
  if (generator !== undefined && !(generator instanceof Generator)) {
    throw new ArgumentError('generator is not a Generator', {
      op,
      received: { generator },
      hint: 'new random.Generator(seed)',
    })
  }
  if (seed === undefined) return generator ?? defaultGenerator()
  if (generator === undefined) return new Generator(seed)
  throw new ArgumentError('generator and seed are both given', {
    op,
    received: { generator, seed },
    expected: 'one of them',
  })
}
