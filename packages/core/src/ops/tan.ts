import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { computeFloat } from './compute-float.ts'
import { cos } from './cos.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { mul } from './mul.ts'
import { sin } from './sin.ts'
import { square } from './square.ts'
import { where } from './where.ts'

/**
 * The tangent sin x / cos x of an angle in radians, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape; NaN for infinite x.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tan.html
 * @example
 * ```ts
 * tan(tensor([0, 1])) // [0, 1.5574]
 * ```
 */
export const tan: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'tan',
  inputs: ['x'],
  save: ['out'],
  // Shading languages may lose the sign of zero in a sine or a quotient.
  forward: (x) => computeFloat(x, (f) => where(equal(f, 0), f, div(sin(f), cos(f)))),
  vjp: { x: (g, { out }) => mul(g, add(square(out), 1)) },
})
