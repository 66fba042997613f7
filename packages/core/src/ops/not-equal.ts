import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Whether a ≠ b, element by element.
 *
 * @param a A tensor or number of any dtype.
 * @param b The same; shapes broadcast.
 * @returns A bool tensor of the broadcast shape. NaN differs from everything, itself included. No gradient flows.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.not_equal.html
 * @example
 * ```ts
 * notEqual(tensor([1, 2]), tensor([1, 3])) // [false, true]
 * ```
 */
export const notEqual: (a: Input, b: Input) => Tensor<'bool'> = /* @__PURE__ */ defineArith({
  name: 'notEqual',
  inputs: ['a', 'b'],
  forward: (a, b) => runArithmetic('notEqual', a, b, 'any', 'bool'),
})
