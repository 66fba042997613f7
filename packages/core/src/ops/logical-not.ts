import { defineOp } from '../autodiff/define-op.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Whether x is 0 (false), element by element.
 *
 * @param x A tensor of any dtype.
 * @returns A bool tensor of the same shape. No gradient flows.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logical_not.html
 * @example
 * ```ts
 * logicalNot(tensor([true, false])) // [false, true]
 * ```
 */
export const logicalNot: (x: Tensor) => Tensor<'bool'> = /* @__PURE__ */ defineOp({
  name: 'logicalNot',
  inputs: ['x'],
  forward: (x) => runBinary('equal', x, 0, 'bool'),
})
