import { checkInput } from '../autodiff/inputs.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkOrder, permuteAxes } from './transpose.ts'

/**
 * A view with the axes in a given order: axis i of the result is axis `axes[i]` of the tensor; nothing is copied.
 *
 * PyTorch's name for {@link transpose} with axes, which are not optional here.
 *
 * @param x A tensor of any dtype.
 * @param axes Every axis of the tensor once; negative ones count from the end.
 * @throws {@link ShapeError} when `axes` does not name every axis once, {@link ArgumentError} when it is no array.
 * @see https://pytorch.org/docs/stable/generated/torch.permute.html
 * @example
 * ```ts
 * permute(ones([2, 3, 4]), [2, 0, 1]).shape // [4, 2, 3]
 * ```
 */
export function permute<D extends DType>(x: Tensor<D>, axes: readonly number[]): Tensor<D> {
  checkInput('permute', 'x', x)
  return permuteAxes(x, checkOrder('permute', x, axes)) as Tensor<D>
}
