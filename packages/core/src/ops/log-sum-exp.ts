import { defineOpWith } from '../autodiff/define-op.ts'
import { stopGradient } from '../autodiff/stop-gradient.ts'
import { runCast } from '../dispatch/cast.ts'
import { runBinary, runSelect, runUnary } from '../dispatch/elementwise.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { tidy } from '../memory/scope.ts'
import { toFloatType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { exp } from './exp.ts'
import { minimum } from './minimum.ts'
import { mul } from './mul.ts'
import { type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'
import { where } from './where.ts'

const logSumExpAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'logSumExp',
  inputs: ['x'],
  save: ['x', 'out'],
  forward: (x: Tensor, { axes }: ReductionAttributes) =>
    tidy(() => {
      const values = runCast(x, toFloatType(x.dtype))
      const largest = runReduction('max', values, axes, -Infinity)
      // An infinity minus itself would be NaN.
      const isBounded = runBinary('less', runUnary('abs', largest), Infinity, 'bool')
      const peak = runSelect(isBounded, largest, 0, largest.dtype)
      const total = runReduction('sum', runUnary('exp', runBinary('sub', values, peak)), axes)
      return runBinary('add', runUnary('log', total), peak)
    }),
  vjp: { x: (g, { x, out }, { axes }) => mul(g, shares(x, out, axes)) },
})

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127

/**
 * The parts of the exponentials in their sum.
 *
 * They are divided by their own sum, since `out` is rounded. Infinities are cut to finite numbers: parts of an
 * infinite sum are parts all the same.
 */
function shares(x: Tensor, out: Tensor, axis: readonly number[]): Tensor {
  const most = out.dtype === 'float64' ? Number.MAX_VALUE : largestFloat32
  const isNothing = equal(out, -Infinity)
  const parts = exp(sub(minimum(x, most), stopGradient(where(isNothing, 0, minimum(out, most)))))
  const total = sum(parts, { axis, keepDims: true })
  return div(parts, where(isNothing, 1, total))
}

/**
 * The logarithm of the sum of exponentials along axes, ln Σ exp(xᵢ), without overflow.
 *
 * The gradient is softmax(x); where all elements are −Infinity it is 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns A float tensor; −Infinity where there is nothing to sum, NaN where any element is NaN.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://pytorch.org/docs/stable/generated/torch.logsumexp.html
 * @example
 * ```ts
 * logSumExp(tensor([1000, 1000])) // 1000.693
 * logSumExp(tensor([[0, 0], [1, 1]]), { axis: 1 }) // [0.693, 1.693]
 * ```
 */
export function logSumExp(x: Tensor, options?: ReductionOptions): Tensor {
  return withAxes('logSumExp', x, options, logSumExpAxes)
}
