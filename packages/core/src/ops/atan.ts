import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { atan2 } from './atan2.ts'
import { computeFloat } from './compute-float.ts'
import { isInf } from './is-inf.ts'
import { mul } from './mul.ts'
import { reciprocal } from './reciprocal.ts'
import { square } from './square.ts'
import { where } from './where.ts'

/**
 * The angle between −π/2 and π/2 whose tangent is x, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape, in radians.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arctan.html
 * @example
 * ```ts
 * atan(tensor([-1, 0, 1])) // [-0.7854, 0, 0.7854]
 * ```
 */
export const atan: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'atan',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => atan2(f, 1)),
  vjp: { x: (g, { x }) => mul(g, slope(x)) },
})

/** 1 / (1 + x²). At infinity it is constant: its derivative would be 0 · infinity. */
function slope(x: Tensor): Tensor {
  return reciprocal(add(square(where(isInf(x), Infinity, x)), 1))
}
