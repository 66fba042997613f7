import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { checkFillValue } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type PadRule, padByRule, padRules } from './pad-rules.ts'
import { placeRegion } from './region.ts'

/** How many elements to add before and after an axis. */
export type Padding = readonly [before: number, after: number]

/** Which elements {@link pad} adds. */
export type PadMode = 'constant' | PadRule

/** What {@link pad} adds. */
export interface PadOptions {
  /** Default: `'constant'`, elements of one value. */
  readonly mode?: PadMode
  /** The value of the added elements; of the mode `'constant'` only. Default: 0. */
  readonly value?: number
}

/**
 * The tensor with elements added before and after its axes.
 *
 * By `mode` they are: `'constant'`, elements of one value; `'edge'`, the outermost element; `'reflect'`, the elements
 * mirrored at the outermost one, which is not repeated; `'symmetric'`, the same with it repeated; `'wrap'`, the elements
 * from the other end. Where more are added than the axis has, mirroring and wrapping go on. The gradients of what is
 * repeated are summed.
 *
 * @param x A tensor of any dtype.
 * @param paddings `[before, after]` for each axis, whole numbers of at least 0.
 * @param options `mode` (default: `'constant'`) and `value` (default: 0).
 * @throws {@link ShapeError} when there is not one padding for each axis, or an axis without elements is extended by other than a constant, {@link ArgumentError} for paddings that are not whole or below 0, an unknown mode, or a value for another mode, {@link DTypeError} for a value outside the dtype's range.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.pad.html
 * @example
 * ```ts
 * pad(tensor([1, 2]), [[1, 2]]) // [0, 1, 2, 0, 0]
 * pad(tensor([[1]]), [[0, 0], [1, 1]], { value: 9 }) // [[9, 1, 9]]
 * pad(tensor([1, 2, 3]), [[2, 2]], { mode: 'reflect' }) // [3, 2, 1, 2, 3, 2, 1]
 * pad(tensor([1, 2, 3]), [[2, 2]], { mode: 'edge' }) // [1, 1, 1, 2, 3, 3, 3]
 * pad(tensor([1, 2, 3]), [[2, 2]], { mode: 'wrap' }) // [2, 3, 1, 2, 3, 1, 2]
 * ```
 */
export function pad<D extends DType>(
  x: Tensor<D>,
  paddings: readonly Padding[],
  options: PadOptions = {},
): Tensor<D> {
  checkInput('pad', 'x', x)
  checkOptionNames('pad', options, ['mode', 'value'])
  checkPaddings(x, paddings)
  const { mode = 'constant' } = options
  if (mode !== 'constant') return padByRule(x, paddings, checkRule(mode, options)) as Tensor<D>
  const region = {
    whole: x.shape.map((side, i) => paddings[i]![0] + side + paddings[i]![1]),
    begin: paddings.map(([before]) => before),
    step: x.shape.map(() => 1),
    shape: x.shape,
  }
  return placeRegion(x, { region, value: checkFillValue('pad', options.value ?? 0, x.dtype) }) as Tensor<D>
}

function checkRule(mode: PadRule, { value }: PadOptions): PadRule {
  if (!Object.hasOwn(padRules, mode)) {
    throw new ArgumentError('unknown mode', {
      op: 'pad',
      received: { mode },
      expected: `one of constant, ${Object.keys(padRules).join(', ')}`,
    })
  }
  if (value === undefined) return mode
  throw new ArgumentError('only the mode constant takes a value', { op: 'pad', received: { mode, value } })
}

function checkPaddings(x: Tensor, paddings: unknown): void {
  const arePaddings =
    Array.isArray(paddings) &&
    paddings.every(
      (padding: unknown) =>
        Array.isArray(padding) &&
        padding.length === 2 &&
        padding.every((count: unknown) => Number.isInteger(count) && (count as number) >= 0),
    )
  if (!arePaddings) {
    throw new ArgumentError('paddings is not a list of pairs of whole numbers of at least 0', {
      op: 'pad',
      received: { paddings },
      expected: '[before, after] for each axis',
      hint: 'to remove elements, use slice()',
    })
  }
  if (paddings.length !== x.shape.length) {
    throw new ShapeError('there is not one padding for each axis', {
      op: 'pad',
      received: { x, paddings },
      expected: `${x.shape.length} pairs [before, after]`,
    })
  }
}
