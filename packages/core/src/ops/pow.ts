import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { equal } from './equal.ts'
import { lessEqual } from './less-equal.ts'
import { log } from './log.ts'
import { logicalAnd } from './logical-and.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

/**
 * The power aᵇ, element by element.
 *
 * The gradient with respect to a is b · aᵇ⁻¹ (0 where b is 0), with respect to b it is aᵇ · ln a (0 where a is 0 and
 * b is not negative).
 *
 * @param a A tensor or number of any dtype; bool counts as int32, integers wrap.
 * @param b The same; shapes broadcast. A negative power of integers is truncated toward 0.
 * @returns A tensor of the broadcast shape and the promoted dtype; NaN where a is negative and b a fraction.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.power.html
 * @example
 * ```ts
 * pow(tensor([1, 2, 3]), 2) // [1, 4, 9]
 * ```
 */
export const pow: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'pow',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) => runArithmetic('pow', a, b, 'number'),
  vjp: {
    a: (g, { a, b }) => mul(g, slope(a as Tensor, b)),
    b: (g, { a, b }) => mul(g, mul(pow(a, b), logarithm(a, b as Tensor))),
  },
})

/** b · aᵇ⁻¹. */
function slope(a: Tensor, b: Input): Input {
  if (typeof b === 'number') return b === 0 ? 0 : mul(b, pow(a, b - 1))
  // Only where a is 0 too is the power infinite, and 0 times infinity NaN. Elsewhere b must stay: the second
  // derivative with respect to a and b is not 0 where b is.
  const isConstant = logicalAnd(equal(a, 0), equal(b, 0))
  return where(isConstant, 0, mul(b, pow(a, where(isConstant, 1, sub(b, 1)))))
}

/** ln a, or 0 where aᵇ is constantly 0 to the right of b. */
function logarithm(a: Input, b: Tensor): Input {
  // A number needs no backend: an op of two would run on the current one.
  if (typeof a === 'number' && a !== 0) return Math.log(a)
  const isZero = lessEqual(0, b)
  return log(where(typeof a === 'number' ? isZero : logicalAnd(equal(a, 0), isZero), 1, a))
}
