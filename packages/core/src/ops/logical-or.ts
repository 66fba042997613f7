import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runLogical } from '../dispatch/logical.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Whether a or b is true, or both, element by element.
 *
 * @param a A tensor or number of any dtype; everything but 0 counts as true.
 * @param b The same; shapes broadcast.
 * @returns A bool tensor of the broadcast shape. No gradient flows.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logical_or.html
 * @example
 * ```ts
 * logicalOr(tensor([true, false]), tensor([false, false])) // [true, false]
 * ```
 */
export const logicalOr: (a: Input, b: Input) => Tensor<'bool'> = /* @__PURE__ */ defineArith({
  name: 'logicalOr',
  inputs: ['a', 'b'],
  forward: (a, b) => runLogical('logicalOr', a, b),
})
