import { defineOp } from '../autodiff/define-op.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { runOptionalUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { square } from './square.ts'

/**
 * The reciprocal 1 / x, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.reciprocal.html
 * @example
 * ```ts
 * reciprocal(tensor([2, 4])) // [0.5, 0.25]
 * ```
 */
export const reciprocal: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'reciprocal',
  inputs: ['x'],
  save: ['out'],
  forward: (x) => runOptionalUnary('reciprocal', x, (f) => runBinary('div', 1, f)),
  vjp: { x: (g, { out }) => neg(mul(g, square(out))) },
})
