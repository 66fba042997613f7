import { defineOp } from '../autodiff/define-op.ts'
import { runNumberUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { sign } from './sign.ts'

/**
 * The absolute value |x|, element by element.
 *
 * The gradient at 0 is 0.
 *
 * @param x A tensor of any dtype; bool counts as int32.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.absolute.html
 * @example
 * ```ts
 * abs(tensor([1, -2])) // [1, 2]
 * ```
 */
export const abs: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'abs',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runNumberUnary('abs', x),
  vjp: { x: (g, { x }) => mul(g, sign(x)) },
})
