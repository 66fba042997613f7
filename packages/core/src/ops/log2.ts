import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { log } from './log.ts'
import { mul } from './mul.ts'

/**
 * The logarithm to base 2, ln x / ln 2, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape; −∞ at 0, NaN below.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.log2.html
 * @example
 * ```ts
 * log2(tensor([0.5, 1, 8])) // [-1, 0, 3]
 * ```
 */
export const log2: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'log2',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => div(log(f), Math.LN2)),
  vjp: { x: (g, { x }) => div(g, mul(x, Math.LN2)) },
})
