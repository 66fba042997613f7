import { defineArith } from '../autodiff/define-op.ts'
import type { Input } from '../autodiff/node.ts'
import { runArithmetic } from '../dispatch/arithmetic.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The quotient ⌊a / b⌋, element by element, rounded toward minus infinity.
 *
 * Of floats it is the exact quotient that is rounded down, as in Python: 1 / 0.1 is rounded to 10, but ⌊1 / 0.1⌋ is 9,
 * since the float next to 0.1 is larger. The gradient is zero.
 *
 * @param a A tensor or number of any dtype; bool counts as int32.
 * @param b The same; shapes broadcast. An integer divided by 0 gives 0, an infinite float by another number NaN.
 * @returns A tensor of the broadcast shape and the promoted dtype.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @throws {@link DTypeError} for a number outside the range of an integer tensor.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.floor_divide.html
 * @example
 * ```ts
 * floorDiv(tensor([7, -7]), 2) // [3, -4]
 * floorDiv(tensor([1], { dtype: 'float64' }), 0.1) // [9]
 * ```
 */
export const floorDiv: (a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'floorDiv',
  inputs: ['a', 'b'],
  forward: (a, b) => runArithmetic('floorDiv', a, b, 'number'),
  // A step function: between the steps nothing changes.
  vjp: { a: null, b: null },
})
