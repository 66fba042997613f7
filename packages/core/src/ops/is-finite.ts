import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runUnary } from '../dispatch/elementwise.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Whether x is neither infinite nor NaN, element by element.
 *
 * @param x A tensor of any dtype.
 * @returns A bool tensor of the same shape. No gradient flows.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isfinite.html
 * @example
 * ```ts
 * isFinite(tensor([1, Infinity])) // [true, false]
 * ```
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name of NumPy and PyTorch.
export const isFinite: (x: Tensor) => Tensor<'bool'> = /* @__PURE__ */ defineOp({
  name: 'isFinite',
  inputs: ['x'],
  forward: (x) =>
    isFloat(x.dtype)
      ? tidy(() => runBinary('less', runUnary('abs', x), Infinity, 'bool'))
      : runBinary('equal', x, x, 'bool'),
})
