import { defineOpWith } from '../autodiff/define-op.ts'
import { runCast } from '../dispatch/cast.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'

const anyAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor<'bool'> = /* @__PURE__ */ defineOpWith({
  name: 'any',
  inputs: ['x'],
  forward: (x: Tensor, { axes }: ReductionAttributes) =>
    tidy(() => runReduction('max', runCast(x, 'bool'), axes, 0) as Tensor<'bool'>),
})

/**
 * Whether any element along axes is true; everything but 0 counts as true, NaN too.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns A bool tensor; of nothing it is false. No gradient flows.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.any.html
 * @example
 * ```ts
 * any(tensor([[0, 1], [0, 0]])) // true
 * any(tensor([[0, 1], [0, 0]]), { axis: 1 }) // [true, false]
 * ```
 */
export function any(x: Tensor, options?: ReductionOptions): Tensor<'bool'> {
  return withAxes('any', x, options, anyAxes)
}
