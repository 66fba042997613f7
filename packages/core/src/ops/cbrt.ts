import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { isInf } from './is-inf.ts'
import { logicalOr } from './logical-or.ts'
import { mul } from './mul.ts'
import { pow } from './pow.ts'
import { reciprocal } from './reciprocal.ts'
import { sign } from './sign.ts'
import { square } from './square.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

/**
 * The cube root x^⅓, element by element, also of negative numbers.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cbrt.html
 * @example
 * ```ts
 * cbrt(tensor([-8, 0, 27])) // [-2, 0, 3]
 * ```
 */
export const cbrt: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'cbrt',
  inputs: ['x'],
  save: ['out'],
  forward: (x) => computeFloat(x, cubeRoot),
  vjp: { x: (g, { out }) => mul(g, div(square(reciprocal(out)), 3)) },
})

/** The power, whose rounded exponent costs digits of large and of tiny numbers, after one step of Newton's method. */
function cubeRoot(x: Tensor): Tensor {
  const magnitude = abs(x)
  const root = pow(magnitude, 1 / 3)
  const refined = sub(root, div(sub(root, div(magnitude, square(root))), 3))
  return where(logicalOr(equal(x, 0), isInf(x)), x, mul(sign(x), refined))
}
