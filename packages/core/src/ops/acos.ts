import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { atan2 } from './atan2.ts'
import { computeFloat } from './compute-float.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { oneMinusSquare } from './one-minus-square.ts'
import { rsqrt } from './rsqrt.ts'
import { sqrt } from './sqrt.ts'

/**
 * The angle between 0 and π whose cosine is x, element by element.
 *
 * atan2(√(1 − x²), x), where 1 − x² is computed as (1 − x) · (1 + x), without cancellation near ±1.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape, in radians; NaN outside [−1, 1].
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arccos.html
 * @example
 * ```ts
 * acos(tensor([-1, 0, 1])) // [3.1416, 1.5708, 0]
 * ```
 */
export const acos: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'acos',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => atan2(sqrt(oneMinusSquare(f)), f)),
  vjp: { x: (g, { x }) => neg(mul(g, rsqrt(oneMinusSquare(x)))) },
})
