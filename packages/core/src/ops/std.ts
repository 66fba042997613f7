import { defineOpWith } from '../autodiff/define-op.ts'
import { runUnary } from '../dispatch/elementwise.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { mul } from './mul.ts'
import {
  degreesOfFreedom,
  deviations,
  runVariance,
  type VarianceAttributes,
  type VarianceOptions,
  withCorrection,
} from './variance.ts'
import { where } from './where.ts'

const stdAxes: (x: Tensor, attributes: VarianceAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'std',
  inputs: ['x'],
  save: ['x', 'out'],
  forward: (x: Tensor, attributes: VarianceAttributes) =>
    tidy(() => runUnary('sqrt', runVariance(x, attributes))),
  vjp: {
    x: (g, { x, out }, attributes) => {
      // Where nothing deviates the slope is not defined: as of the absolute value at 0, it is 0.
      const isFlat = equal(out, 0)
      const scale = mul(where(isFlat, 1, out), degreesOfFreedom(attributes))
      return where(isFlat, 0, mul(g, div(deviations(x, attributes), scale)))
    },
  },
})

/**
 * The standard deviation of the elements along axes, √(Σ (xᵢ − mean(x))² / (n − correction)).
 *
 * The gradient is 0 where all elements are equal.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: all), `keepDims` (default: false) and `correction` (default: 0).
 * @returns A float tensor; NaN where there are not more elements than the correction.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} for a negative correction.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.std.html
 * @example
 * ```ts
 * std(tensor([1, 3])) // 1
 * std(tensor([[1, 3], [2, 6]]), { axis: 1 }) // [1, 2]
 * ```
 */
export function std(x: Tensor, options?: VarianceOptions): Tensor {
  return withCorrection('std', x, options, stdAxes)
}
