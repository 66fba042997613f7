import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sin } from './sin.ts'

/**
 * The cosine of x in radians, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cos.html
 * @example
 * ```ts
 * cos(tensor([0, Math.PI])) // [1, -1]
 * ```
 */
export const cos: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'cos',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runFloatUnary('cos', x),
  vjp: { x: (g, { x }) => neg(mul(g, sin(x))) },
})
