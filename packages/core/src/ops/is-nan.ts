import { defineOp } from '../autodiff/define-op.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Whether x is not a number, element by element.
 *
 * @param x A tensor of any dtype.
 * @returns A bool tensor of the same shape. No gradient flows.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isnan.html
 * @example
 * ```ts
 * isNaN(tensor([1, Number.NaN])) // [false, true]
 * ```
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name of NumPy and TensorFlow.
export const isNaN: (x: Tensor) => Tensor<'bool'> = /* @__PURE__ */ defineOp({
  name: 'isNaN',
  inputs: ['x'],
  forward: (x) => runBinary('notEqual', x, x, 'bool'),
})
