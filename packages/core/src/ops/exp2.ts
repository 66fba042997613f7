import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { mul } from './mul.ts'
import { pow } from './pow.ts'

/**
 * 2ˣ, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.exp2.html
 * @example
 * ```ts
 * exp2(tensor([-1, 0, 3])) // [0.5, 1, 8]
 * ```
 */
export const exp2: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'exp2',
  inputs: ['x'],
  save: ['out'],
  forward: (x) => computeFloat(x, (f) => pow(2, f)),
  vjp: { x: (g, { out }) => mul(g, mul(out, Math.LN2)) },
})
