import { ArgumentError, DTypeError } from '../errors/index.ts'
import { backendOf, type CreateOptions, checkDType } from '../tensor/create-options.ts'
import { type DataOf, type DType, type FloatDType, isFloat } from '../tensor/dtype.ts'
import { allocateHost } from '../tensor/host-data.ts'
import { checkShape, type Shape, sizeOf } from '../tensor/shape.ts'
import { fromData, type Tensor } from '../tensor/tensor.ts'
import { defaultGenerator, Generator } from './generator.ts'

export interface RandomOptions<D extends DType = DType> extends CreateOptions<D> {
  /** Where the numbers come from. Default: the generator that `setSeed` seeds. */
  readonly generator?: Generator
  /** Gives the same numbers in every call: those of `new Generator(seed)`. */
  readonly seed?: number
}

/** Draws a number for each element from a uniform one in (0, 1), or [0, 1) where the value must stay below a bound. */
export function draw<D extends FloatDType>(
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
export function fraction53(bits: Uint32Array, i: number): number {
  return ((bits[2 * i]! >>> 5) * 2 ** 26 + (bits[2 * i + 1]! >>> 6)) * 2 ** -53
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
