import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { normalizeAxes } from '../tensor/shape.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { exp } from './exp.ts'
import { lineKernel, runLineKernel } from './line-kernel.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'

/** Along which axes a tensor is normalized. */
export interface SoftmaxOptions {
  /** One axis, or several that share one sum. Default: −1, the last. */
  readonly axis?: number | readonly number[]
}

/**
 * The key of an optional kernel: `out = exp(x − max) / Σ exp(x − max)`, maximum and sum along `axis`.
 *
 * `x` and `out` have one shape and one dtype, float32 or float64 (whichever the backend has). Both are contiguous, `out`
 * is whole, `x.offset` may be greater than 0. Core has merged the dimensions before and after `axis`: the rank is 1, 2
 * or 3, [outer, n, inner] without the ones of size 1. Nothing is empty. A line with NaN or Infinity, or of −Infinity
 * alone, is NaN throughout; a single −Infinity gives 0.
 */
export const softmaxKernel: KernelKey<(x: View, axis: number, out: View) => void> = /* @__PURE__ */ kernelKey(
  'softmax',
  2,
)

/**
 * The key of an optional kernel, the gradient of softmax: `out = y · (g − Σ g · y)`, the sum along `axis`.
 *
 * `g` is the gradient of softmax's result `y`. All three views are as {@link softmaxKernel}'s: one shape, one float
 * dtype, contiguous, merged, not empty.
 */
export const softmaxGradKernel: KernelKey<(g: View, y: View, axis: number, out: View) => void> =
  /* @__PURE__ */ kernelKey('softmaxGrad', 3)

const softmaxAlong: (x: Tensor, axes: readonly number[]) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'softmax',
  inputs: ['x'],
  save: ['out'],
  forward: (x: Tensor, axes: readonly number[]) =>
    computeFloat(x, (f) => {
      const kernel = lineKernel(softmaxKernel, f, axes)
      if (kernel !== undefined) return runLineKernel([f], axes[0]!, ([v], axis, out) => kernel(v!, axis, out))
      if (f.size === 0) return allocateLike(f, f.dtype)
      const exponentials = exp(sub(f, runReduction('max', f, axes)))
      return div(exponentials, runReduction('sum', exponentials, axes))
    }),
  vjp: { x: (g, { out }, axes) => softmaxGrad(g, out, axes) },
})

/** y · (g − Σ g · y), the gradient of softmax from its result `y`. */
const softmaxGrad: (g: Tensor, y: Tensor, axes: readonly number[]) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'softmaxGrad',
  inputs: ['g', 'y'],
  save: ['g', 'y'],
  forward: (g: Tensor, y: Tensor, axes: readonly number[]) => {
    const kernel = g.dtype === y.dtype ? lineKernel(softmaxGradKernel, y, axes) : undefined
    if (kernel !== undefined) {
      return runLineKernel([g, y], axes[0]!, ([p, q], axis, out) => kernel(p!, q!, axis, out))
    }
    return tidy(() => mul(y, sub(g, runReduction('sum', mul(g, y), axes))))
  },
  vjp: {
    g: (h, { y }, axes) => softmaxGrad(h, y, axes),
    y: (h, { g, y }, axis) => {
      const along = { axis, keepDims: true }
      return sub(mul(h, sub(g, sum(mul(g, y), along))), mul(g, sum(mul(h, y), along)))
    },
  },
})

/**
 * Turns numbers into probabilities, eˣ / Σ eˣ along an axis.
 *
 * No exponential overflows. A line with NaN or Infinity, or of −Infinity alone, gives NaN.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: −1).
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#softmax-function
 * @example
 * ```ts
 * softmax(tensor([1, 2, 3])) // [0.0900, 0.2447, 0.6652]
 * ```
 */
export function softmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return softmaxAlong(x, checkSoftmax('softmax', x, options))
}

/** Checks the arguments and gives the axes. */
export function checkSoftmax(op: string, x: Tensor, options: SoftmaxOptions): readonly number[] {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['axis'])
  return normalizeAxes(op, options.axis ?? -1, x.shape.length)
}
