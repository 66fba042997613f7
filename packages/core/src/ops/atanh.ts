import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { log1p } from './log1p.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { oneMinusSquare } from './one-minus-square.ts'
import { sub } from './sub.ts'

/**
 * The inverse of the hyperbolic tangent, element by element.
 *
 * ½ · ln((1 + x) / (1 − x)), computed as (log1p(x) − log1p(−x)) / 2, without cancellation near 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape; ±Infinity at ±1, NaN outside [−1, 1].
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arctanh.html
 * @example
 * ```ts
 * atanh(tensor([-0.5, 0, 0.5])) // [-0.5493, 0, 0.5493]
 * ```
 */
export const atanh: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'atanh',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => mul(sub(log1p(f), log1p(neg(f))), 0.5)),
  vjp: { x: (g, { x }) => div(g, oneMinusSquare(x)) },
})
