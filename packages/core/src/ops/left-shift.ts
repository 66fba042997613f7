import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runBits } from '../dispatch/bits.ts'
import { runBinary, runSelect } from '../dispatch/elementwise.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * An integer with its bits moved to the left, element by element: a · 2ᵇ, which wraps.
 *
 * Counts outside of the dtype's bits, from 0 to 31 or to 7, move all bits out and give 0; negative ones do, too.
 *
 * @param a An int32, uint8 or bool tensor, or a whole number; bool counts as int32.
 * @param b The same; shapes broadcast.
 * @returns A tensor of the broadcast shape and the promoted dtype.
 * @throws {@link DTypeError} for floats and for numbers outside the range of the dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link ArgumentError} where an argument is neither a tensor nor a number, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.left_shift.html
 * @example
 * ```ts
 * leftShift(tensor([1, -3, 5], { dtype: 'int32' }), tensor([4, 1, 32], { dtype: 'int32' })) // [16, -6, 0]
 * ```
 */
export const leftShift: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'leftShift',
  inputs: ['a', 'b'],
  forward: (a, b) =>
    runBits('leftShift', a, b, 'number', (p, q) => {
      const isInRange = runBinary(
        'logicalAnd',
        runBinary('lessEqual', 0, q, 'bool'),
        runBinary('less', q, 32, 'bool'),
        'bool',
      )
      return runSelect(isInRange, runBinary('mul', p, runBinary('pow', 2, q)), 0, p.dtype)
    }),
})
