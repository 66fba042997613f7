import { checkInput } from '../autodiff/inputs.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { reshape } from './reshape.ts'

/**
 * The elements in row-major order along one axis; contiguous tensors are not copied.
 *
 * @param x A tensor of any dtype and rank.
 * @param options `startAxis` (default: 0): the first axis to join, the ones before stay. One past the last axis adds an axis of size 1, so that a scalar has one element.
 * @returns A tensor of shape `[...x.shape.slice(0, startAxis), rest]`.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://pytorch.org/docs/stable/generated/torch.flatten.html
 * @example
 * ```ts
 * flatten(ones([2, 3, 4])).shape // [24]
 * flatten(ones([2, 3, 4]), { startAxis: 1 }).shape // [2, 12]
 * ```
 */
export function flatten<D extends DType>(
  x: Tensor<D>,
  options: { readonly startAxis?: number } = {},
): Tensor<D> {
  checkInput('flatten', 'x', x)
  checkOptionNames('flatten', options, ['startAxis'])
  const { startAxis = 0 } = options
  const { shape } = x
  const start =
    startAxis === shape.length ? startAxis : normalizeAxis('flatten', startAxis, shape.length, 'startAxis')
  return reshape(x, [...shape.slice(0, start), sizeOf(shape.slice(start))])
}
