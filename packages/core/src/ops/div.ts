import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'

/**
 * The quotient a / b, element by element.
 *
 * @param a A tensor or number of any dtype.
 * @param b The same; shapes broadcast. Division by 0 gives ±Infinity, 0 / 0 gives NaN.
 * @returns A float tensor of the broadcast shape; integers give float32.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.divide.html
 * @example
 * ```ts
 * div(tensor([1, 2, 3]), 2) // [0.5, 1, 1.5]
 * ```
 */
export const div: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'div',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) => runArithmetic('div', a, b, 'float'),
  vjp: { a: (g, { b }) => div(g, b), b: (g, { a, b }) => neg(mul(div(g, b), div(a, b))) },
})
