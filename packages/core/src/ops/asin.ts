import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { atan2 } from './atan2.ts'
import { computeFloat } from './compute-float.ts'
import { mul } from './mul.ts'
import { oneMinusSquare } from './one-minus-square.ts'
import { rsqrt } from './rsqrt.ts'
import { sqrt } from './sqrt.ts'

/**
 * The angle between −π/2 and π/2 whose sine is x, element by element.
 *
 * atan2(x, √(1 − x²)), where 1 − x² is computed as (1 − x) · (1 + x), without cancellation near ±1.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape, in radians; NaN outside [−1, 1].
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arcsin.html
 * @example
 * ```ts
 * asin(tensor([-1, 0, 0.5])) // [-1.5708, 0, 0.5236]
 * ```
 */
export const asin: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'asin',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => atan2(f, sqrt(oneMinusSquare(f)))),
  vjp: { x: (g, { x }) => mul(g, rsqrt(oneMinusSquare(x))) },
})
