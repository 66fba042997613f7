import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runBits } from '../dispatch/bits.ts'
import { composeAnd } from '../dispatch/compose-bits.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The bits that are set in one or both of two integers, element by element.
 *
 * Integers are in two's complement: of −1 all bits are set.
 *
 * @param a An int32, uint8 or bool tensor, or a whole number.
 * @param b The same; shapes broadcast.
 * @returns A tensor of the broadcast shape and the promoted dtype; of two bools, a bool.
 * @throws {@link DTypeError} for floats and for numbers outside the range of the dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link ArgumentError} where an argument is neither a tensor nor a number, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.bitwise_or.html
 * @example
 * ```ts
 * bitwiseOr(tensor([12, -1], { dtype: 'int32' }), 10) // [14, -1]
 * ```
 */
export const bitwiseOr: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'bitwiseOr',
  inputs: ['a', 'b'],
  forward: (a, b) =>
    runBits(
      'bitwiseOr',
      a,
      b,
      'any',
      // The bits of b that a lacks are added: nothing is carried.
      (p, q) => runBinary('add', p, runBinary('sub', q, composeAnd(p, q))),
      'logicalOr',
    ),
})
