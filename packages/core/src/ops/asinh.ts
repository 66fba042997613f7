import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { add } from './add.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { greater } from './greater.ts'
import { hypot } from './hypot.ts'
import { log } from './log.ts'
import { log1p } from './log1p.ts'
import { mul } from './mul.ts'
import { sign } from './sign.ts'
import { sqrt } from './sqrt.ts'
import { square } from './square.ts'
import { where } from './where.ts'

/**
 * The inverse of the hyperbolic sine, element by element.
 *
 * ln(x + √(x² + 1)), computed as sign(x) · log1p(|x| + x² / (1 + √(x² + 1))), without cancellation for small and for
 * negative x.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arcsinh.html
 * @example
 * ```ts
 * asinh(tensor([-1, 0, 1])) // [-0.8814, 0, 0.8814]
 * ```
 */
export const asinh: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'asinh',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, inverse),
  vjp: { x: (g, { x }) => div(g, hypot(x, 1)) },
})

/** From here on √(x² + 1) is x in every float dtype. */
const large = 1e8

function inverse(x: Tensor): Tensor {
  const size = abs(x)
  const squared = square(size)
  const near = log1p(add(size, div(squared, add(sqrt(add(squared, 1)), 1))))
  const far = add(log(size), Math.LN2)
  // Shading languages may lose the sign of zero in a product.
  return where(equal(x, 0), x, mul(sign(x), where(greater(size, large), far, near)))
}
