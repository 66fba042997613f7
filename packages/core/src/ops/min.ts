import { defineOpWith } from '../autodiff/define-op.ts'
import { runReduction } from '../dispatch/reduction.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { shareAmongEqual } from './extreme-gradient.ts'
import { type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'

const minAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'min',
  inputs: ['x'],
  save: ['x', 'out'],
  forward: (x: Tensor, { axes }: ReductionAttributes) => runReduction('min', x, axes),
  vjp: { x: (g, { x, out }, { axes }) => shareAmongEqual(g, x, out, axes) },
})

/**
 * The smallest element along axes; NaN where any element is NaN.
 *
 * Elements that are equally small share the gradient.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns The smallest elements, in the dtype of x.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} where there is nothing to choose from.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.min.html
 * @example
 * ```ts
 * min(tensor([[1, 5], [3, 2]])) // 1
 * min(tensor([[1, 5], [3, 2]]), { axis: 1 }) // [1, 2]
 * ```
 */
export function min<D extends DType>(x: Tensor<D>, options?: ReductionOptions): Tensor<D> {
  return withAxes('min', x, options, minAxes) as Tensor<D>
}
