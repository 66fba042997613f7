import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { runCast } from '../dispatch/cast.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { lineKernel, runLineKernel } from './line-kernel.ts'
import { mul } from './mul.ts'
import { delay, runScan, type ScanAttributes, type ScanOptions, scanAlong, widened } from './scan.ts'

/**
 * The key of an optional kernel: `out[i] = Π x[j]` along `axis`, over j ≤ i, with `reverse` over j ≥ i.
 *
 * The views are as {@link cumsumKernel}'s: one shape, one dtype, contiguous, merged, not empty.
 */
export const cumprodKernel: KernelKey<(x: View, axis: number, reverse: boolean, out: View) => void> =
  /* @__PURE__ */ kernelKey('cumprod', 3)

const productsAlong: (x: Tensor, attributes: ScanAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'cumprod',
  inputs: ['x'],
  save: ['x', 'out'],
  forward: (x: Tensor, walk: ScanAttributes) =>
    tidy(() => {
      const values = runCast(x, widened(x.dtype))
      const kernel = lineKernel(cumprodKernel, values, [walk.axis])
      if (kernel !== undefined) {
        return runLineKernel([values], walk.axis, ([v], axis, out) => kernel(v!, axis, walk.reverse, out))
      }
      return scanAlong([values], walk, ([before], [after]) => [mul(before!, after!)])[0]!
    }),
  vjp: { x: (g, { x, out }, walk) => mul(delay(out, walk, 1), laterProducts(g, x, walk)) },
})

/**
 * sᵢ = gᵢ + xᵢ₊₁ · sᵢ₊₁: the gradients of all later products, each times the factors between the two.
 *
 * Times the product of all factors before, that is the gradient, without divisions: zeros do no harm. The steps s ↦ b + a·s
 * are combined as a scan from the other end.
 */
function laterProducts(g: Tensor, x: Tensor, { axis, reverse }: ScanAttributes): Tensor {
  const back = { axis, reverse: !reverse }
  const [, sums] = scanAlong([delay(x, back, 0), g], back, ([a, b], [c, d]) => [
    mul(a!, c!),
    add(d!, mul(c!, b!)),
  ])
  return sums!
}

/**
 * The products of all elements up to each one along an axis, outᵢ = Π xⱼ over j ≤ i.
 *
 * The gradients are right also where elements are 0.
 *
 * @param x A tensor of any dtype; bool and uint8 are multiplied as int32, which wraps.
 * @param options `axis` (default: all elements in row-major order, as one line), `exclusive`, which leaves the element itself out, so that a line starts with 1, and `reverse`, which multiplies from the end (default: false).
 * @returns A tensor of the same shape; without an axis one of rank 1, also of a scalar.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cumprod.html
 * @example
 * ```ts
 * cumprod(tensor([1, 2, 3])) // [1, 2, 6]
 * cumprod(tensor([[1, 2], [3, 4]]), { axis: 1, exclusive: true }) // [[1, 1], [1, 3]]
 * ```
 */
export function cumprod(x: Tensor, options: ScanOptions = {}): Tensor {
  return runScan('cumprod', x, options, 1, productsAlong)
}
