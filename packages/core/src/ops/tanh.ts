import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { tanhGrad } from './activation-gradients.ts'

/**
 * The hyperbolic tangent (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tanh.html
 * @example
 * ```ts
 * tanh(tensor([0, 1])) // [0, 0.7616]
 * ```
 */
export const tanh: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'tanh',
  inputs: ['x'],
  save: ['out'],
  forward: (x) => runFloatUnary('tanh', x),
  vjp: { x: (g, { out }) => tanhGrad(g, out) },
})
