import { defineOpWith } from '../autodiff/define-op.ts'
import { runReduction } from '../dispatch/reduction.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { shareAmongEqual } from './extreme-gradient.ts'
import { type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'

const maxAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'max',
  inputs: ['x'],
  save: ['x', 'out'],
  forward: (x: Tensor, { axes }: ReductionAttributes) => runReduction('max', x, axes),
  vjp: { x: (g, { x, out }, { axes }) => shareAmongEqual(g, x, out, axes) },
})

/**
 * The largest element along axes; NaN where any element is NaN.
 *
 * Elements that are equally large share the gradient.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns The largest elements, in the dtype of x.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} where there is nothing to choose from.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.max.html
 * @example
 * ```ts
 * max(tensor([[1, 5], [3, 2]])) // 5
 * max(tensor([[1, 5], [3, 2]]), { axis: 1 }) // [5, 3]
 * ```
 */
export function max<D extends DType>(x: Tensor<D>, options?: ReductionOptions): Tensor<D> {
  return withAxes('max', x, options, maxAxes) as Tensor<D>
}
