import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { tidy } from '../memory/scope.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { exp } from './exp.ts'
import { lineKernel, runLineKernel } from './line-kernel.ts'
import { log } from './log.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { checkSoftmax, type SoftmaxOptions } from './softmax.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'

/**
 * The key of an optional kernel: `out = (x − max) − ln Σ exp(x − max)`, maximum and sum along `axis`.
 *
 * The views are as `softmaxKernel`'s: one shape, one float dtype, contiguous, merged, not empty. A line with NaN or
 * Infinity, or of −Infinity alone, is NaN throughout; a single −Infinity gives −Infinity.
 */
export const logSoftmaxKernel: KernelKey<(x: View, axis: number, out: View) => void> =
  /* @__PURE__ */ kernelKey('logSoftmax', 2)

/**
 * The key of an optional kernel, the gradient of logSoftmax: `out = g − exp(y) · Σ g`, the sum along `axis`.
 *
 * `g` is the gradient of logSoftmax's result `y`. The views are as `softmaxKernel`'s: one shape, one float dtype,
 * contiguous, merged, not empty.
 */
export const logSoftmaxGradKernel: KernelKey<(g: View, y: View, axis: number, out: View) => void> =
  /* @__PURE__ */ kernelKey('logSoftmaxGrad', 3)

const logSoftmaxAlong: (x: Tensor, axes: readonly number[]) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'logSoftmax',
  inputs: ['x'],
  save: ['out'],
  forward: (x: Tensor, axes: readonly number[]) =>
    computeFloat(x, (f) => {
      const kernel = lineKernel(logSoftmaxKernel, f, axes)
      if (kernel !== undefined) return runLineKernel([f], axes[0]!, ([v], axis, out) => kernel(v!, axis, out))
      if (f.size === 0) return allocateLike(f, f.dtype)
      const shifted = sub(f, runReduction('max', f, axes))
      return sub(shifted, log(runReduction('sum', exp(shifted), axes)))
    }),
  vjp: { x: (g, { out }, axes) => logSoftmaxGrad(g, out, axes) },
})

/** g − exp(y) · Σ g, the gradient of logSoftmax from its result `y`. */
const logSoftmaxGrad: (g: Tensor, y: Tensor, axes: readonly number[]) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'logSoftmaxGrad',
    inputs: ['g', 'y'],
    save: ['g', 'y'],
    forward: (g: Tensor, y: Tensor, axes: readonly number[]) => {
      const kernel = g.dtype === y.dtype ? lineKernel(logSoftmaxGradKernel, y, axes) : undefined
      if (kernel !== undefined) {
        return runLineKernel([g, y], axes[0]!, ([p, q], axis, out) => kernel(p!, q!, axis, out))
      }
      return tidy(() => sub(g, mul(exp(y), runReduction('sum', g, axes))))
    },
    vjp: {
      g: (h, { y }, axis) => sub(h, sum(mul(h, exp(y)), { axis, keepDims: true })),
      y: (h, { g, y }, axis) => neg(mul(h, mul(exp(y), sum(g, { axis, keepDims: true })))),
    },
  })

/**
 * The logarithm of softmax, x − ln Σ eˣ along an axis, without its cancellation.
 *
 * A line with NaN or Infinity, or of −Infinity alone, gives NaN.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: −1).
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#logsoftmax-function
 * @example
 * ```ts
 * logSoftmax(tensor([1, 2, 3])) // [-2.4076, -1.4076, -0.4076]
 * ```
 */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return logSoftmaxAlong(x, checkSoftmax('logSoftmax', x, options))
}
