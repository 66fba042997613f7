import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Whether a > b, element by element.
 *
 * @param a A tensor or number of any dtype.
 * @param b The same; shapes broadcast.
 * @returns A bool tensor of the broadcast shape. A comparison with NaN is false. No gradient flows.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.greater.html
 * @example
 * ```ts
 * greater(tensor([1, 2, 3]), 2) // [false, false, true]
 * ```
 */
export const greater: (a: Input, b: Input) => Tensor<'bool'> = /* @__PURE__ */ defineArith({
  name: 'greater',
  inputs: ['a', 'b'],
  forward: (a, b) => runArithmetic('less', b, a, 'any', 'bool'),
})
