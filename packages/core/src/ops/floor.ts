import { defineOp } from '../autodiff/define-op.ts'
import { runRounding } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The greatest integer ⌊x⌋ not above x, element by element.
 *
 * The gradient is zero.
 *
 * @param x A tensor of any dtype; bool counts as int32. Integers stay as they are.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.floor.html
 * @example
 * ```ts
 * floor(tensor([1.5, -1.5])) // [1, -2]
 * ```
 */
export const floor: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'floor',
  inputs: ['x'],
  forward: (x) => runRounding('floor', x),
  // A step function: between the steps nothing changes.
  vjp: { x: null },
})
