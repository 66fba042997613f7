import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { floorDiv } from './floor-div.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'

/**
 * The remainder a − b · ⌊a / b⌋, element by element, which has the sign of b.
 *
 * @param a A tensor or number of any dtype; bool counts as int32.
 * @param b The same; shapes broadcast. The remainder by an integer 0 is 0.
 * @returns A tensor of the broadcast shape and the promoted dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.mod.html
 * @example
 * ```ts
 * mod(tensor([7, -7]), 3) // [1, 2]
 * ```
 */
export const mod: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'mod',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a, b) => runArithmetic('mod', a, b, 'number'),
  vjp: { a: (g) => g, b: (g, { a, b }) => neg(mul(g, floorDiv(a, b))) },
})
