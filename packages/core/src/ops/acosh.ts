import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { computeFloat } from './compute-float.ts'
import { greater } from './greater.ts'
import { log } from './log.ts'
import { log1p } from './log1p.ts'
import { mul } from './mul.ts'
import { rsqrt } from './rsqrt.ts'
import { sqrt } from './sqrt.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

/**
 * The inverse of the hyperbolic cosine, element by element: the number of at least 0 whose hyperbolic cosine is x.
 *
 * ln(x + √(x² − 1)), computed as log1p(t + √t · √(t + 2)) for t = x − 1, without cancellation near 1.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape; NaN below 1.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arccosh.html
 * @example
 * ```ts
 * acosh(tensor([1, 2])) // [0, 1.317]
 * ```
 */
export const acosh: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'acosh',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, inverse),
  vjp: { x: (g, { x }) => mul(g, mul(rsqrt(sub(x, 1)), rsqrt(add(x, 1)))) },
})

/** From here on √(x² − 1) is x in every float dtype. */
const large = 1e8

function inverse(x: Tensor): Tensor {
  const above = sub(x, 1)
  const near = log1p(add(above, mul(sqrt(above), sqrt(add(above, 2)))))
  return where(greater(x, large), add(log(x), Math.LN2), near)
}
