import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { runReduction, runWhole } from '../dispatch/reduction.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'

const sumAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'sum',
  inputs: ['x'],
  forward: (x: Tensor, { axes }: ReductionAttributes) => runReduction('sum', x, axes),
  vjp: { x: (g, _saved, { shape }) => expandTo(g, shape) },
})

/** The sum of all elements: a loss, for most. */
const sumAll: (x: Tensor, shape: Shape) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'sum',
  inputs: ['x'],
  forward: (x: Tensor, _shape: Shape) => runWhole('sum', x),
  vjp: { x: (g, _saved, shape) => expandTo(g, shape) },
})

/**
 * The sum of the elements along axes, Σ xᵢ.
 *
 * @param x A tensor of any dtype; bool and uint8 are summed as int32, which wraps.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns The sums; 0 where there is nothing to sum.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sum.html
 * @example
 * ```ts
 * sum(tensor([[1, 2], [3, 4]])) // 10
 * sum(tensor([[1, 2], [3, 4]]), { axis: 0 }) // [4, 6]
 * ```
 */
export function sum(x: Tensor, options?: ReductionOptions): Tensor {
  if (options !== undefined) return withAxes('sum', x, options, sumAxes)
  checkInput('sum', 'x', x)
  return sumAll(x, x.shape)
}
