import { defineOpWith } from '../autodiff/define-op.ts'
import { runCast } from '../dispatch/cast.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'

const allAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor<'bool'> = /* @__PURE__ */ defineOpWith({
  name: 'all',
  inputs: ['x'],
  forward: (x: Tensor, { axes }: ReductionAttributes) =>
    tidy(() => runReduction('min', runCast(x, 'bool'), axes, 1) as Tensor<'bool'>),
})

/**
 * Whether all elements along axes are true; everything but 0 counts as true, NaN too.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns A bool tensor; of nothing it is true. No gradient flows.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.all.html
 * @example
 * ```ts
 * all(tensor([[0, 1], [0, 0]])) // false
 * all(tensor([[1, 1], [0, 1]]), { axis: 1 }) // [true, false]
 * ```
 */
export function all(x: Tensor, options?: ReductionOptions): Tensor<'bool'> {
  return withAxes('all', x, options, allAxes)
}
