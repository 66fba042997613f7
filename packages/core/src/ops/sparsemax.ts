import { defineOpWith } from '../autodiff/define-op.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { checkActivation } from './activation-options.ts'
import { cast } from './cast.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { less } from './less.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'
import { where } from './where.ts'

const project: (x: Tensor, axis: number) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'sparsemax',
  inputs: ['x'],
  save: ['out'],
  forward: (x: Tensor, axis: number) =>
    computeFloat(x, (f) => {
      if (f.size === 0) return allocateLike(f, f.dtype)
      const shifted = sub(f, runReduction('max', f, [axis]))
      return maximum(sub(shifted, findOffset(shifted, axis)), 0)
    }),
  vjp: {
    x: (g, { out }, axis) => {
      const support = cast(less(0, out), out.dtype)
      const mean = div(sum(mul(g, support), { axis, keepDims: true }), sum(support, { axis, keepDims: true }))
      return mul(support, sub(g, mean))
    },
  },
})

/**
 * The closest probability distribution along an axis: like softmax, but small numbers get exactly 0.
 *
 * max(x − τ, 0), where τ makes the sum 1. A line with NaN or Infinity, or of −Infinity alone, gives NaN.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis` (default: −1).
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#sparsemax-function
 * @example
 * ```ts
 * sparsemax(tensor([1, 0.5, -1])) // [0.75, 0.25, 0]
 * ```
 */
export function sparsemax(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  checkActivation('sparsemax', x, options, ['axis'])
  return project(x, normalizeAxis('sparsemax', options.axis ?? -1, x.shape.length))
}

/**
 * The τ that makes Σ max(x − τ, 0) = 1, for numbers whose greatest is 0, by Newton's method.
 *
 * The sum is convex and made of straight pieces: steps from the left end exactly on the solution, and each but the last
 * leaves at least one number behind, so that n steps are enough. From one to the next, the product of the error and the
 * slope, at first n² at most, shrinks to a quarter or less: after log₂ n + bits / 2 steps the error is below rounding,
 * whatever the numbers. Nothing is sorted or read back.
 */
function findOffset(x: Tensor, axis: number): Tensor {
  const length = x.shape[axis]!
  const steps = Math.min(length, Math.ceil(Math.log2(length)) + (x.dtype === 'float64' ? 27 : 13))
  let offset: Tensor | number = -1
  for (let step = 0; step < steps; step++) {
    const isAbove = less(offset, x)
    const total = runReduction('sum', where(isAbove, x, 0), [axis])
    offset = div(sub(total, 1), runReduction('sum', cast(isAbove, x.dtype), [axis]))
  }
  return offset as Tensor
}
