import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { div } from './div.ts'

/**
 * ln(1 + x), element by element, without cancellation for small x.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.log1p.html
 * @example
 * ```ts
 * log1p(tensor([0, 1e-6])) // [0, 9.999995e-7]
 * ```
 */
export const log1p: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'log1p',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runFloatUnary('log1p', x),
  vjp: { x: (g, { x }) => div(g, add(x, 1)) },
})
