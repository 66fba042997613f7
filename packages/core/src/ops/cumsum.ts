import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { runCast } from '../dispatch/cast.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { lineKernel, runLineKernel } from './line-kernel.ts'
import { runScan, type ScanAttributes, type ScanOptions, scanAlong, widened } from './scan.ts'

/**
 * The key of an optional kernel: `out[i] = Σ x[j]` along `axis`, over j ≤ i, with `reverse` over j ≥ i.
 *
 * `x` and `out` have one shape and one dtype, int32, float32 or float64 (whichever the backend has); sums of integers
 * wrap. Both are contiguous, `out` is whole, `x.offset` may be greater than 0. Core has merged the dimensions before and
 * after `axis`: the rank is 1, 2 or 3, [outer, n, inner] without the ones of size 1. Nothing is empty. NaN and
 * infinities spread to what comes after them, never to what is before.
 */
export const cumsumKernel: KernelKey<(x: View, axis: number, reverse: boolean, out: View) => void> =
  /* @__PURE__ */ kernelKey('cumsum', 3)

const sumsAlong: (x: Tensor, attributes: ScanAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'cumsum',
  inputs: ['x'],
  forward: (x: Tensor, walk: ScanAttributes) =>
    tidy(() => {
      const values = runCast(x, widened(x.dtype))
      const kernel = lineKernel(cumsumKernel, values, [walk.axis])
      if (kernel !== undefined) {
        return runLineKernel([values], walk.axis, ([v], axis, out) => kernel(v!, axis, walk.reverse, out))
      }
      return scanAlong([values], walk, ([before], [after]) => [add(before!, after!)])[0]!
    }),
  vjp: { x: (g, _saved, { axis, reverse }) => sumsAlong(g, { axis, reverse: !reverse }) },
})

/**
 * The sums of all elements up to each one along an axis, outᵢ = Σ xⱼ over j ≤ i.
 *
 * @param x A tensor of any dtype; bool and uint8 are summed as int32, which wraps.
 * @param options `axis` (default: all elements in row-major order, as one line), `exclusive`, which leaves the element itself out, so that a line starts with 0, and `reverse`, which sums from the end (default: false).
 * @returns A tensor of the same shape; without an axis one of rank 1, also of a scalar.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cumsum.html
 * @example
 * ```ts
 * cumsum(tensor([1, 2, 3])) // [1, 3, 6]
 * cumsum(tensor([1, 2, 3]), { exclusive: true }) // [0, 1, 3]
 * cumsum(tensor([[1, 2], [3, 4]]), { axis: 0, reverse: true }) // [[4, 6], [3, 4]]
 * ```
 */
export function cumsum(x: Tensor, options: ScanOptions = {}): Tensor {
  return runScan('cumsum', x, options, 0, sumsAlong)
}
