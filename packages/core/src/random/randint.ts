import { ArgumentError, DTypeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { backendOf, checkDType, createOptionNames } from '../tensor/create-options.ts'
import { allocateHost } from '../tensor/host-data.ts'
import { checkShape, type Shape, sizeOf } from '../tensor/shape.ts'
import { fromData, type Tensor } from '../tensor/tensor.ts'
import { fraction53, generatorOf, type RandomOptions } from './draw.ts'

export interface RandintOptions<D extends 'int32' | 'uint8' = 'int32' | 'uint8'> extends RandomOptions<D> {
  /** The least number. Default: 0. */
  readonly min?: number
  /** The bound, which is not reached. */
  readonly max: number
}

/** The numbers that each dtype holds: from the first to below the second. */
const ranges = { int32: [-(2 ** 31), 2 ** 31], uint8: [0, 256] } as const

/**
 * Whole numbers drawn evenly from min to max − 1.
 *
 * @param options `max`, `min` (default: 0), and the usual ones; `dtype` is int32 by default, or uint8.
 * @throws {@link ArgumentError} for bounds that are not whole, leave nothing between them, or lie outside the dtype, {@link DTypeError} for a dtype that is neither int32 nor uint8.
 * @see https://pytorch.org/docs/stable/generated/torch.randint.html
 * @example
 * ```ts
 * random.randint([10], { min: 1, max: 7 }) // ten dice
 * ```
 */
export function randint<D extends 'int32' | 'uint8' = 'int32'>(
  shape: Shape,
  options: RandintOptions<D>,
): Tensor<D> {
  const op = 'random.randint'
  checkOptionNames(op, options, [...createOptionNames, 'generator', 'seed', 'min', 'max'])
  const checked = checkShape(op, shape)
  const dtype = checkDType(op, options.dtype ?? 'int32') as D
  if (dtype !== 'int32' && dtype !== 'uint8') {
    throw new DTypeError('the numbers are integers', { op, received: { dtype }, expected: 'int32 or uint8' })
  }
  const { min = 0, max } = options
  const [least, bound] = ranges[dtype]
  if (!(Number.isInteger(min) && Number.isInteger(max) && least <= min && min < max && max <= bound)) {
    throw new ArgumentError('min and max are not whole numbers of the dtype in this order', {
      op,
      received: { min, max, dtype },
      expected: `${least} ≤ min < max ≤ ${bound}`,
    })
  }
  const generator = generatorOf(op, options)
  const backend = backendOf(op, options)
  const data = allocateHost(op, backend, dtype, sizeOf(checked))
  const bits = generator.bits(2 * data.length)
  for (let i = 0; i < data.length; i++) data[i] = min + Math.floor(fraction53(bits, i) * (max - min))
  return fromData(backend, dtype, checked, data)
}
