import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The product a · b, element by element.
 *
 * @param a A tensor or number of any dtype; bool counts as int32, integers wrap.
 * @param b The same; shapes broadcast.
 * @returns A tensor of the broadcast shape and the promoted dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.multiply.html
 * @example
 * ```ts
 * mul(tensor([1, 2, 3]), 2) // [2, 4, 6]
 * ```
 */
export const mul: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'mul',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) => runArithmetic('mul', a, b, 'number'),
  vjp: { a: (g, { b }) => mul(g, b), b: (g, { a }) => mul(g, a) },
})
