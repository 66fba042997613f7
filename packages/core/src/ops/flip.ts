import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxes } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'

const reverseAxes: (x: Tensor, axes: readonly number[]) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'flip',
  inputs: ['x'],
  forward: (x: Tensor, axes: readonly number[]) =>
    alias(
      x,
      x.shape,
      x.strides.map((stride, i) => (axes.includes(i) ? -stride : stride)),
      axes.reduce((position, axis) => position + lastPosition(x, axis), x.offset),
    ),
  vjp: { x: (g, _saved, axes) => reverseAxes(g, axes) },
})

function lastPosition(x: Tensor, axis: number): number {
  return Math.max(0, x.shape[axis]! - 1) * x.strides[axis]!
}

/**
 * A view with the elements along axes in reverse order; nothing is copied.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`, one or several (default: all).
 * @throws {@link ShapeError} for an axis that the tensor does not have, or one named twice.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.flip.html
 * @example
 * ```ts
 * flip(tensor([[1, 2], [3, 4]]), { axis: 1 }) // [[2, 1], [4, 3]]
 * ```
 */
export function flip<D extends DType>(
  x: Tensor<D>,
  options: { readonly axis?: number | readonly number[] } = {},
): Tensor<D> {
  checkInput('flip', 'x', x)
  checkOptionNames('flip', options, ['axis'])
  return reverseAxes(x, normalizeAxes('flip', options.axis, x.shape.length)) as Tensor<D>
}
