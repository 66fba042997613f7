import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cos } from './cos.ts'
import { mul } from './mul.ts'

/**
 * The sine of x in radians, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sin.html
 * @example
 * ```ts
 * sin(tensor([0, Math.PI / 2])) // [0, 1]
 * ```
 */
export const sin: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'sin',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runFloatUnary('sin', x),
  vjp: { x: (g, { x }) => mul(g, cos(x)) },
})
