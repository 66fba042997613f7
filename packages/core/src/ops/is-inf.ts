import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runUnary } from '../dispatch/elementwise.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Whether x is Infinity or −Infinity, element by element.
 *
 * @param x A tensor of any dtype.
 * @returns A bool tensor of the same shape. No gradient flows.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isinf.html
 * @example
 * ```ts
 * isInf(tensor([1, -Infinity])) // [false, true]
 * ```
 */
export const isInf: (x: Tensor) => Tensor<'bool'> = /* @__PURE__ */ defineOp({
  name: 'isInf',
  inputs: ['x'],
  forward: (x) =>
    isFloat(x.dtype)
      ? tidy(() => runBinary('equal', runUnary('abs', x), Infinity, 'bool'))
      : runBinary('notEqual', x, x, 'bool'),
})
