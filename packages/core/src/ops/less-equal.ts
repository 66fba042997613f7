import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Whether a ≤ b, element by element.
 *
 * @param a A tensor or number of any dtype.
 * @param b The same; shapes broadcast.
 * @returns A bool tensor of the broadcast shape. A comparison with NaN is false. No gradient flows.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.less_equal.html
 * @example
 * ```ts
 * lessEqual(tensor([1, 2, 3]), 2) // [true, true, false]
 * ```
 */
export const lessEqual: (a: Input, b: Input) => Tensor<'bool'> = /* @__PURE__ */ defineArith({
  name: 'lessEqual',
  inputs: ['a', 'b'],
  forward: (a, b) => runArithmetic('lessEqual', a, b, 'any', 'bool'),
})
