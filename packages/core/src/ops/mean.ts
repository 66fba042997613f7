import { defineOpWith } from '../autodiff/define-op.ts'
import { runCast } from '../dispatch/cast.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { tidy } from '../memory/scope.ts'
import { toFloatType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { broadcastTo } from './broadcast-to.ts'
import { div } from './div.ts'
import { countAlong, type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'

const meanAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'mean',
  inputs: ['x'],
  forward: (x: Tensor, attributes: ReductionAttributes) => runMean(x, attributes),
  vjp: {
    x: (g, _saved, attributes) => broadcastTo(div(g, countAlong(attributes)), attributes.shape),
  },
})

/** The means along axes, which are kept with size 1. */
export function runMean(x: Tensor, attributes: ReductionAttributes): Tensor {
  return tidy(() => {
    const total = runReduction('sum', runCast(x, toFloatType(x.dtype)), attributes.axes)
    return runBinary('div', total, countAlong(attributes))
  })
}

/**
 * The mean of the elements along axes, Σ xᵢ / n.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns A float tensor of the means; NaN where there is nothing to average.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.mean.html
 * @example
 * ```ts
 * mean(tensor([[1, 2], [3, 4]])) // 2.5
 * mean(tensor([[1, 2], [3, 4]]), { axis: 0 }) // [2, 3]
 * ```
 */
export function mean(x: Tensor, options?: ReductionOptions): Tensor {
  return withAxes('mean', x, options, meanAxes)
}
