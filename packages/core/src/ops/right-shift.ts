import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runBits } from '../dispatch/bits.ts'
import { runBinary, runSelect } from '../dispatch/elementwise.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * An integer with its bits moved to the right, element by element: ⌊a / 2ᵇ⌋.
 *
 * The sign stays. Counts outside of the dtype's bits, from 0 to 31 or to 7, move all bits out and give 0 or, of a
 * negative number, −1; negative counts do, too.
 *
 * @param a An int32, uint8 or bool tensor, or a whole number; bool counts as int32.
 * @param b The same; shapes broadcast.
 * @returns A tensor of the broadcast shape and the promoted dtype.
 * @throws {@link DTypeError} for floats and for numbers outside the range of the dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link ArgumentError} where an argument is neither a tensor nor a number, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.right_shift.html
 * @example
 * ```ts
 * rightShift(tensor([16, -3, -5], { dtype: 'int32' }), tensor([4, 1, 32], { dtype: 'int32' })) // [1, -2, -1]
 * ```
 */
export const rightShift: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'rightShift',
  inputs: ['a', 'b'],
  forward: (a, b) =>
    runBits('rightShift', a, b, 'number', (p, q) => {
      // 2³¹ is no int32, nor 2²⁵ one of a device of floats: of longer shifts only the sign is left anyway.
      const bits = Math.floor(Math.log2(p.storage.backend.caps.maxInt)) + 1
      const isInRange = runBinary(
        'logicalAnd',
        runBinary('lessEqual', 0, q, 'bool'),
        runBinary('less', q, bits, 'bool'),
        'bool',
      )
      const sign = p.dtype === 'uint8' ? 0 : runSelect(runBinary('less', p, 0, 'bool'), -1, 0, p.dtype)
      return runSelect(isInRange, runBinary('floorDiv', p, runBinary('pow', 2, q)), sign, p.dtype)
    }),
})
