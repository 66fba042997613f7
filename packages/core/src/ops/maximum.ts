import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { equal } from './equal.ts'
import { less } from './less.ts'
import { mul } from './mul.ts'
import { where } from './where.ts'

/**
 * The larger of a and b, element by element; NaN where either is NaN.
 *
 * Where both are equal, each gets half the gradient.
 *
 * @param a A tensor or number of any dtype; bool counts as int32.
 * @param b The same; shapes broadcast.
 * @returns A tensor of the broadcast shape and the promoted dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.maximum.html
 * @example
 * ```ts
 * maximum(tensor([1, 5]), tensor([3, 2])) // [3, 5]
 * ```
 */
export const maximum: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'maximum',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) => runArithmetic('maximum', a, b, 'number'),
  vjp: {
    a: (g, { a, b }) => where(equal(a, b), mul(g, 0.5), where(less(b, a), g, 0)),
    b: (g, { a, b }) => where(equal(a, b), mul(g, 0.5), where(less(a, b), g, 0)),
  },
})
