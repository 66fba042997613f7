import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { log } from './log.ts'
import { mul } from './mul.ts'

/**
 * The logarithm to base 10, ln x / ln 10, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape; −∞ at 0, NaN below.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.log10.html
 * @example
 * ```ts
 * log10(tensor([0.1, 1, 1000])) // [-1, 0, 3]
 * ```
 */
export const log10: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'log10',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => div(log(f), Math.LN10)),
  vjp: { x: (g, { x }) => div(g, mul(x, Math.LN10)) },
})
