import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The sum a + b, element by element.
 *
 * @param a A tensor or number of any dtype; bool counts as int32, integers wrap.
 * @param b The same; shapes broadcast.
 * @returns A tensor of the broadcast shape and the promoted dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.add.html
 * @example
 * ```ts
 * add(tensor([[1, 2], [3, 4]]), tensor([10, 20])) // [[11, 22], [13, 24]]
 * ```
 */
export const add: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'add',
  inputs: ['a', 'b'],
  forward: (a, b) => runArithmetic('add', a, b, 'number'),
  vjp: { a: (g) => g, b: (g) => g },
})
