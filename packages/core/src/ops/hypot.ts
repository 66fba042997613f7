import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { add } from './add.ts'
import { computeFloats } from './compute-float.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { isInf } from './is-inf.ts'
import { logicalOr } from './logical-or.ts'
import { maximum } from './maximum.ts'
import { minimum } from './minimum.ts'
import { mul } from './mul.ts'
import { sign } from './sign.ts'
import { sqrt } from './sqrt.ts'
import { square } from './square.ts'
import { where } from './where.ts'

/**
 * The length √(a² + b²) of the hypotenuse, element by element, without overflow of the squares.
 *
 * m · √(1 + (n / m)²) for the larger side m and the smaller one n. The gradient at (0, 0) is 0.
 *
 * @param a A tensor or number of any dtype; integers and bools are cast to float32.
 * @param b The same; shapes broadcast.
 * @returns A float tensor of the broadcast shape; infinite where a side is, even if the other one is NaN.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link ArgumentError} where an argument is neither a tensor nor a number, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.hypot.html
 * @example
 * ```ts
 * hypot(tensor([3, 5]), tensor([4, 12])) // [5, 13]
 * ```
 */
export const hypot: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'hypot',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) => computeFloats('hypot', a, b, length),
  vjp: {
    a: (g, { a, b }) => mul(g, cosine(a as Tensor, b)),
    b: (g, { a, b }) => mul(g, cosine(b as Tensor, a)),
  },
})

function length(a: Tensor, b: Tensor): Tensor {
  const [p, q] = [abs(a), abs(b)]
  const longer = maximum(p, q)
  const ratio = div(minimum(p, q), where(equal(longer, 0), 1, longer))
  const finite = mul(longer, sqrt(add(square(ratio), 1)))
  return where(logicalOr(isInf(p), isInf(q)), Infinity, finite)
}

/** a / hypot(a, b): its limit where a is infinite, and 0 where both sides are 0. */
function cosine(a: Tensor, b: Input): Tensor {
  const hypotenuse = hypot(a, b)
  const isExtreme = logicalOr(isInf(hypotenuse), equal(hypotenuse, 0))
  const limit = where(isInf(a), sign(a), 0)
  return div(where(isExtreme, limit, a), where(isExtreme, 1, hypotenuse))
}
