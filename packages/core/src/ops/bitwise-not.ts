import { defineOp } from '../autodiff/define-op.ts'
import { withoutBits } from '../dispatch/bits.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The integer with every bit reversed, element by element: −1 − x, in uint8 255 − x; of bools, the opposite.
 *
 * @param x An int32, uint8 or bool tensor.
 * @returns A tensor of the same shape and dtype.
 * @throws {@link DTypeError} for floats.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.invert.html
 * @example
 * ```ts
 * bitwiseNot(tensor([0, 5, -1], { dtype: 'int32' })) // [-1, -6, 0]
 * ```
 */
export const bitwiseNot: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'bitwiseNot',
  inputs: ['x'],
  forward: (x) => {
    if (isFloat(x.dtype)) throw withoutBits('bitwiseNot', { x })
    if (x.dtype === 'bool') return runBinary('equal', x, 0, 'bool')
    return runBinary('sub', x.dtype === 'uint8' ? 255 : -1, x)
  },
})
