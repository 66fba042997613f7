import { defineOp } from '../autodiff/define-op.ts'
import { runNumberUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The negative −x, element by element.
 *
 * @param x A tensor of any dtype; bool counts as int32. uint8 wraps.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.negative.html
 * @example
 * ```ts
 * neg(tensor([1, -2])) // [-1, 2]
 * ```
 */
export const neg: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'neg',
  inputs: ['x'],
  forward: (x) => runNumberUnary('neg', x),
  vjp: { x: (g) => neg(g) },
})
