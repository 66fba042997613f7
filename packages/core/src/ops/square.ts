import { defineOp } from '../autodiff/define-op.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { runNumberUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'

/**
 * The square x², element by element.
 *
 * @param x A tensor of any dtype; bool counts as int32, integers wrap.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.square.html
 * @example
 * ```ts
 * square(tensor([2, -3])) // [4, 9]
 * ```
 */
export const square: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'square',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runNumberUnary('square', x, (n) => runBinary('mul', n, n)),
  vjp: { x: (g, { x }) => mul(g, mul(2, x)) },
})
