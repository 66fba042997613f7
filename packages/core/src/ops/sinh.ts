import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { cosh } from './cosh.ts'
import { expm1 } from './expm1.ts'
import { halfOfLargeExp, isLarge } from './large-exp.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sign } from './sign.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

/**
 * The hyperbolic sine, element by element.
 *
 * (eˣ − e⁻ˣ) / 2, computed as (expm1(x) − expm1(−x)) / 2, without cancellation near 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sinh.html
 * @example
 * ```ts
 * sinh(tensor([-1, 0, 1])) // [-1.1752, 0, 1.1752]
 * ```
 */
export const sinh: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'sinh',
  inputs: ['x'],
  save: ['x'],
  forward: (x) =>
    computeFloat(x, (f) => {
      const near = mul(sub(expm1(f), expm1(neg(f))), 0.5)
      return where(isLarge(f), mul(sign(f), halfOfLargeExp(f)), near)
    }),
  vjp: { x: (g, { x }) => mul(g, cosh(x)) },
})
