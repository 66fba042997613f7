import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'

/** {@link transpose} by a permutation that is known to be one. */
export const permuteAxes: (x: Tensor, axes: readonly number[]) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'transpose',
  inputs: ['x'],
  forward: (x: Tensor, axes: readonly number[]) =>
    alias(x, permuted(x.shape, axes), permuted(x.strides, axes), x.offset),
  vjp: { x: (g, _saved, axes) => permuteAxes(g, inversePermutation(axes)) },
})

/**
 * A view with the axes in another order; nothing is copied.
 *
 * @param axes Axis i of the result is axis `axes[i]` of the tensor. Default: all in reverse.
 * @throws {@link ShapeError} when `axes` does not name every axis once, {@link ArgumentError} when it is no array.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.transpose.html
 * @example
 * ```ts
 * transpose(ones([2, 3])).shape // [3, 2]
 * transpose(ones([2, 3, 4]), [1, 0, 2]).shape // [3, 2, 4]
 * ```
 */
export function transpose<D extends DType>(x: Tensor<D>, axes?: readonly number[]): Tensor<D> {
  checkInput('transpose', 'x', x)
  const order =
    axes === undefined ? x.shape.map((_, i) => x.shape.length - 1 - i) : checkOrder('transpose', x, axes)
  return permuteAxes(x, order) as Tensor<D>
}

/** The axes that a user passed, none of them negative, each named once. */
export function checkOrder(op: string, x: Tensor, axes: unknown): readonly number[] {
  if (!Array.isArray(axes)) {
    throw new ArgumentError('axes is not an array', {
      op,
      received: { axes },
      expected: 'an array of all axes, such as [1, 0]',
    })
  }
  const rank = x.shape.length
  const order = Array.from(axes, (axis: number) => normalizeAxis(op, axis, rank))
  if (order.length === rank && new Set(order).size === rank) return order
  throw new ShapeError('axes does not name every axis of the tensor once', { op, received: { x, axes } })
}

function permuted(values: readonly number[], axes: readonly number[]): number[] {
  const result = new Array<number>(axes.length)
  for (let i = 0; i < axes.length; i++) result[i] = values[axes[i]!]!
  return result
}

/** The permutation that undoes another. */
export function inversePermutation(axes: readonly number[]): number[] {
  const inverse = new Array<number>(axes.length)
  axes.forEach((axis, i) => {
    inverse[axis] = i
  })
  return inverse
}
