import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runSelect } from '../dispatch/elementwise.ts'
import { runNumberUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * −1, 0 or 1 by the sign of x, element by element; ±0 and NaN stay.
 *
 * The gradient is zero.
 *
 * @param x A tensor of any dtype; bool counts as int32.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sign.html
 * @example
 * ```ts
 * sign(tensor([-5, 0, 3])) // [-1, 0, 1]
 * ```
 */
export const sign: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'sign',
  inputs: ['x'],
  forward: (x) =>
    runNumberUnary('sign', x, (n) => {
      if (n.dtype === 'uint8') return runBinary('minimum', n, 1)
      const belowOne = runSelect(runBinary('less', n, 0, 'bool'), -1, n, n.dtype)
      return runSelect(runBinary('less', 0, n, 'bool'), 1, belowOne, n.dtype)
    }),
  // A step function: between the steps nothing changes.
  vjp: { x: null },
})
