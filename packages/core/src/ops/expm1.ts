import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { exp } from './exp.ts'
import { mul } from './mul.ts'

/**
 * eˣ − 1, element by element, without cancellation for small x.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.expm1.html
 * @example
 * ```ts
 * expm1(tensor([0, 1e-6])) // [0, 1.0000005e-6]
 * ```
 */
export const expm1: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'expm1',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runFloatUnary('expm1', x),
  vjp: { x: (g, { x }) => mul(g, exp(x)) },
})
