import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'

/**
 * The exponential eˣ, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.exp.html
 * @example
 * ```ts
 * exp(tensor([0, 1])) // [1, 2.718]
 * ```
 */
export const exp: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'exp',
  inputs: ['x'],
  save: ['out'],
  forward: (x) => runFloatUnary('exp', x),
  vjp: { x: (g, { out }) => mul(g, out) },
})
