import { checkInput } from '../autodiff/inputs.ts'
import { checkFlag } from '../errors/flag.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { tensor } from '../tensor/create.ts'
import type { Data, DType } from '../tensor/dtype.ts'
import { normalizeAxis, type Shape, sizeOf } from '../tensor/shape.ts'
import { type Tensor, unscopedHandle } from '../tensor/tensor.ts'
import { gatherPositions } from './gather-positions.ts'
import { reshape } from './reshape.ts'

/** What {@link unique} compares, and what else it returns. */
export interface UniqueOptions<
  Index extends boolean = boolean,
  Inverse extends boolean = boolean,
  Counts extends boolean = boolean,
> {
  /** Compares the slices along an axis. Default: none, all elements are compared. */
  readonly axis?: number
  /** Whether to return where each value is first. Default: false. */
  readonly returnIndex?: Index
  /** Whether to return which value each element has. Default: false. */
  readonly returnInverse?: Inverse
  /** Whether to return how often each value is there. Default: false. */
  readonly returnCounts?: Counts
}

/** What was asked for is there. */
interface Asked {
  readonly true: Tensor<'int32'>
  readonly false: undefined
}

/** What {@link unique} finds. */
export interface Unique<
  D extends DType = DType,
  Index extends boolean = boolean,
  Inverse extends boolean = boolean,
  Counts extends boolean = boolean,
> {
  /** The different values, ascending, or the different slices along the axis. */
  readonly values: Tensor<D>
  /** Where each value is first: `take(x, index)` gives the values. */
  readonly index: Asked[`${Index}`]
  /** Which value each element has: `take(values, inverse)` gives the tensor. */
  readonly inverse: Asked[`${Inverse}`]
  /** How often each value is there. */
  readonly counts: Asked[`${Counts}`]
}

/**
 * The different elements of a tensor in ascending order, or its different slices along an axis. Asynchronous: it reads
 * the values.
 *
 * Slices are ordered by their first elements that differ. NaN is the greatest and equals itself; the two zeros are
 * equal, and the first to come stays. Of a variable, the value at the time of the call is taken. The gradient goes to the
 * first of equal elements; it is recorded by a {@link GradientTape} that is open before the call and after it.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`, and which of `index`, `inverse` and `counts` to return: `returnIndex`, `returnInverse`, `returnCounts`.
 * @returns `values`; where they are asked for, `index` and `counts` with one int32 for each value, and `inverse` with one for each element, in x's shape, or for each slice along the axis.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} for options that are no booleans; as a rejection.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.unique.html
 * @example
 * ```ts
 * const x = tensor([3, 1, 3])
 * const { values, counts } = await unique(x, { returnCounts: true })
 * values // [1, 3]
 * counts // [1, 2]
 * ```
 */
export async function unique<
  D extends DType,
  Index extends boolean = false,
  Inverse extends boolean = false,
  Counts extends boolean = false,
>(
  x: Tensor<D>,
  options: UniqueOptions<Index, Inverse, Counts> = {},
): Promise<Unique<D, Index, Inverse, Counts>> {
  checkInput('unique', 'x', x)
  checkOptions(options)
  const isFlat = options.axis === undefined
  const axis = options.axis === undefined ? 0 : normalizeAxis('unique', options.axis, x.shape.length)
  const lines = isFlat ? [x.size] : x.shape
  const { shape } = x
  const { backend } = x.storage
  // The value and the place on the tape that x has now, whatever becomes of the handle meanwhile.
  const held = unscopedHandle(x)
  try {
    const found = group(await held.data(), lines, axis)
    return tidy(() => {
      const numbers = (data: Int32Array): Tensor<'int32'> => tensor(data, { backend })
      const inverse = (): Tensor<'int32'> => {
        const each = numbers(found.inverse)
        return isFlat ? reshape(each, shape) : each
      }
      return {
        values: gatherPositions(reshape(held, lines), found.first, axis),
        ...(options.returnIndex && { index: numbers(found.first) }),
        ...(options.returnInverse && { inverse: inverse() }),
        ...(options.returnCounts && { counts: numbers(found.counts) }),
      } as Unique<D, Index, Inverse, Counts>
    })
  } finally {
    held.dispose()
  }
}

function checkOptions(options: UniqueOptions): void {
  checkOptionNames('unique', options, ['axis', 'returnIndex', 'returnInverse', 'returnCounts'])
  for (const name of ['returnIndex', 'returnInverse', 'returnCounts'] as const) {
    checkFlag('unique', name, options[name])
  }
}

/** Of each group of equal slices the first one, which group each slice is in, and how many each has. */
interface Groups {
  readonly first: Int32Array
  readonly inverse: Int32Array
  readonly counts: Int32Array
}

function group(data: Data, shape: Shape, axis: number): Groups {
  const side = shape[axis]!
  const outer = sizeOf(shape.slice(0, axis))
  const inner = sizeOf(shape.slice(axis + 1))
  const compare = (a: number, b: number): number => {
    for (let o = 0; o < outer; o++) {
      const start = o * side
      for (let i = 0; i < inner; i++) {
        const order = compareNumbers(data[(start + a) * inner + i]!, data[(start + b) * inner + i]!)
        if (order !== 0) return order
      }
    }
    return 0
  }
  // Among equal ones the first to come is the first.
  const order = Int32Array.from({ length: side }, (_, i) => i).sort((a, b) => compare(a, b) || a - b)
  const inverse = new Int32Array(side)
  const first: number[] = []
  const counts: number[] = []
  order.forEach((slice, i) => {
    if (i === 0 || compare(order[i - 1]!, slice) !== 0) {
      first.push(slice)
      counts.push(0)
    }
    counts[counts.length - 1]!++
    inverse[slice] = first.length - 1
  })
  return { first: Int32Array.from(first), inverse, counts: Int32Array.from(counts) }
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}
