import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { bernoulli } from '../random/distributions.ts'
import { generatorOf } from '../random/draw.ts'
import type { Generator } from '../random/generator.ts'
import { zeros } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import { cloneHandle, type Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { inFloat } from './standardize.ts'
import { where } from './where.ts'

/** Which elements {@link dropout} drops together, and where its random numbers come from. */
export interface DropoutMaskOptions {
  /** The shape of the random choice, which is broadcast; null takes the size of x. Default: the shape of x. */
  readonly noiseShape?: readonly (number | null)[] | null
  /** Where the random numbers come from. Default: the generator that `setSeed` seeds. */
  readonly generator?: Generator
  /** Drops the same elements in every call: those of `new random.Generator(seed)`. */
  readonly seed?: number
}

/**
 * A tensor with random elements set to 0 and the others divided by 1 − rate, so that the mean stays: for training.
 *
 * What is dropped has no influence, NaN included, and gets no gradient. Rate 0 gives the values of x, rate 1 zeros.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param rate The probability that an element is dropped, from 0 to 1.
 * @param options `noiseShape`, with 1 where elements along an axis are dropped together (default: each by itself); `generator` or `seed` (default: the generator that `setSeed` seeds).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} for a rate outside [0, 1], what is not a tensor or a generator, or sizes that are not whole numbers of at least 1.
 * @throws {@link ShapeError} for a `noiseShape` that does not broadcast to x.
 * @see https://jmlr.org/papers/v15/srivastava14a.html
 * @see https://keras.io/api/random/random_ops/#dropout-function
 * @example
 * ```ts
 * dropout(tensor([1, 2, 3]), 1) // [0, 0, 0]
 * dropout(ones([2, 3]), 0.5, { noiseShape: [null, 1] }).shape // [2, 3]
 * ```
 */
export function dropout(x: Tensor, rate: number, options: DropoutMaskOptions = {}): Tensor {
  checkInput('dropout', 'x', x)
  checkOptionNames('dropout', options, ['noiseShape', 'generator', 'seed'])
  checkRate('dropout', 'rate', rate)
  const shape = maskShape(x, options.noiseShape ?? null)
  const generator = generatorOf('dropout', options)
  return tidy(() => {
    const f = inFloat(x)
    const { backend } = f.storage
    if (rate === 0) return cloneHandle(f)
    if (rate === 1) return zeros(f.shape, { dtype: f.dtype, backend })
    const kept = bernoulli(shape, { probability: 1 - rate, generator, backend })
    return where(kept, mul(f, 1 / (1 - rate)), 0)
  })
}

/** Throws where a rate is not a probability. */
export function checkRate(op: string, name: string, rate: number): void {
  if (Number.isFinite(rate) && rate >= 0 && rate <= 1) return
  throw new ArgumentError(`${name} is not a number from 0 to 1`, { op, received: { [name]: rate } })
}

function maskShape(x: Tensor, noiseShape: readonly (number | null)[] | null): Shape {
  if (noiseShape === null) return x.shape
  const isSize = (side: number | null): boolean => side === null || (Number.isInteger(side) && side > 0)
  if (!Array.isArray(noiseShape) || !noiseShape.every(isSize)) {
    throw new ArgumentError('noiseShape is not a list of sizes', {
      op: 'dropout',
      received: { noiseShape },
      expected: 'whole numbers of at least 1, or null for the size of x',
    })
  }
  const shape = noiseShape.map((side: number | null, i) => side ?? x.shape[i] ?? 1)
  const fits = shape.length === x.shape.length && shape.every((side, i) => side === 1 || side === x.shape[i])
  if (fits) return shape
  throw new ShapeError('noiseShape does not broadcast to the input', {
    op: 'dropout',
    received: { noiseShape, x },
    expected: 'as many entries as x has axes, each 1, null or the size of x',
  })
}
