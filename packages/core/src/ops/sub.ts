import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { neg } from './neg.ts'

/**
 * The difference a − b, element by element.
 *
 * @param a A tensor or number of any dtype; bool counts as int32, integers wrap.
 * @param b The same; shapes broadcast.
 * @returns A tensor of the broadcast shape and the promoted dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.subtract.html
 * @example
 * ```ts
 * sub(tensor([5, 7]), tensor([1, 2])) // [4, 5]
 * sub(1, tensor([0.25, 1])) // [0.75, 0]
 * ```
 */
export const sub: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'sub',
  inputs: ['a', 'b'],
  forward: (a, b) => runArithmetic('sub', a, b, 'number'),
  vjp: { a: (g) => g, b: (g) => neg(g) },
})
