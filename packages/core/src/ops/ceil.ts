import { defineOp } from '../autodiff/define-op.ts'
import { runUnary } from '../dispatch/elementwise.ts'
import { runRounding } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The smallest integer ⌈x⌉ not below x, element by element.
 *
 * The gradient is zero.
 *
 * @param x A tensor of any dtype; bool counts as int32. Integers stay as they are.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ceil.html
 * @example
 * ```ts
 * ceil(tensor([1.5, -1.5])) // [2, -1]
 * ```
 */
export const ceil: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'ceil',
  inputs: ['x'],
  forward: (x) => runRounding('ceil', x, (f) => runUnary('neg', runUnary('floor', runUnary('neg', f)))),
  // A step function: between the steps nothing changes.
  vjp: { x: null },
})
