import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runSelect, runUnary } from '../dispatch/elementwise.ts'
import { runRounding } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The integer part of x, rounded toward 0, element by element.
 *
 * The gradient is zero.
 *
 * @param x A tensor of any dtype; bool counts as int32. Integers stay as they are.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.trunc.html
 * @example
 * ```ts
 * trunc(tensor([1.5, -1.5])) // [1, -1]
 * ```
 */
export const trunc: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'trunc',
  inputs: ['x'],
  forward: (x) =>
    runRounding('trunc', x, (f) => {
      const ceiling = runUnary('neg', runUnary('floor', runUnary('neg', f)))
      return runSelect(runBinary('less', f, 0, 'bool'), ceiling, runUnary('floor', f), f.dtype)
    }),
  // A step function: between the steps nothing changes.
  vjp: { x: null },
})
