import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { checkFillValue } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { placeRegion } from './region.ts'

/** How many elements to add before and after an axis. */
export type Padding = readonly [before: number, after: number]

/**
 * The tensor with elements of one value added before and after its axes.
 *
 * @param x A tensor of any dtype.
 * @param paddings `[before, after]` for each axis, whole numbers of at least 0.
 * @param options `value` of the added elements (default: 0).
 * @throws {@link ShapeError} when there is not one padding for each axis, {@link ArgumentError} for paddings that are not whole or below 0, {@link DTypeError} for a value outside the dtype's range.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.pad.html
 * @example
 * ```ts
 * pad(tensor([1, 2]), [[1, 2]]) // [0, 1, 2, 0, 0]
 * pad(tensor([[1]]), [[0, 0], [1, 1]], { value: 9 }) // [[9, 1, 9]]
 * ```
 */
export function pad<D extends DType>(
  x: Tensor<D>,
  paddings: readonly Padding[],
  options: { readonly value?: number } = {},
): Tensor<D> {
  checkInput('pad', 'x', x)
  checkOptionNames('pad', options, ['value'])
  checkPaddings(x, paddings)
  const region = {
    whole: x.shape.map((side, i) => paddings[i]![0] + side + paddings[i]![1]),
    begin: paddings.map(([before]) => before),
    step: x.shape.map(() => 1),
    shape: x.shape,
  }
  return placeRegion(x, { region, value: checkFillValue('pad', options.value ?? 0, x.dtype) }) as Tensor<D>
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
