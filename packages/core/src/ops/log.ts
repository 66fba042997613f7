import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { div } from './div.ts'

/**
 * The natural logarithm ln x, element by element; −Infinity at 0 and NaN below.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.log.html
 * @example
 * ```ts
 * log(tensor([1, Math.E])) // [0, 1]
 * ```
 */
export const log: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'log',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runFloatUnary('log', x),
  vjp: { x: (g, { x }) => div(g, x) },
})
