import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { div } from './div.ts'
import { mul } from './mul.ts'

/**
 * The square root √x, element by element; NaN below 0.
 *
 * The gradient at 0 is infinite.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sqrt.html
 * @example
 * ```ts
 * sqrt(tensor([4, 9])) // [2, 3]
 * ```
 */
export const sqrt: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'sqrt',
  inputs: ['x'],
  save: ['out'],
  forward: (x) => runFloatUnary('sqrt', x),
  vjp: { x: (g, { out }) => div(mul(g, 0.5), out) },
})
