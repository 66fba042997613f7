import { checkInput } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { gather } from '../ops/gather.ts'
import { backendOf, createOptionNames } from '../tensor/create-options.ts'
import type { DType } from '../tensor/dtype.ts'
import { allocateHost } from '../tensor/host-data.ts'
import { checkShape, normalizeAxis } from '../tensor/shape.ts'
import { fromData, type Tensor } from '../tensor/tensor.ts'
import { fraction53, generatorOf, type RandomOptions } from './draw.ts'

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

export interface ShuffleOptions extends Pick<RandomOptions, 'generator' | 'seed'> {
  /** The axis whose slices change places. Default: 0. */
  readonly axis?: number
}

/**
 * The slices of a tensor along an axis in random order; each slice stays as it is.
 *
 * The gradient goes to where each slice came from.
 *
 * @param x A tensor of any dtype with at least one axis.
 * @param options `axis` (default: 0), `generator` or `seed`.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://keras.io/api/random/random_ops/#shuffle-function
 * @example
 * ```ts
 * random.shuffle(tensor([1, 2, 3, 4]), { seed: 1 })
 * ```
 */
export function shuffle<D extends DType>(x: Tensor<D>, options: ShuffleOptions = {}): Tensor<D> {
  checkInput('random.shuffle', 'x', x)
  checkOptionNames('random.shuffle', options, ['axis', 'generator', 'seed'])
  if (x.shape.length === 0) {
    throw new ShapeError('a tensor without axes has nothing to shuffle', {
      op: 'random.shuffle',
      received: { x },
    })
  }
  const axis = normalizeAxis('random.shuffle', options.axis ?? 0, x.shape.length)
  const generator = generatorOf('random.shuffle', options)
  const order = permutation(x.shape[axis]!, { generator, backend: x.storage.backend })
  try {
    return gather(x, order, { axis }) as Tensor<D>
  } finally {
    order.dispose()
  }
}
