import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { computeFloat } from './compute-float.ts'
import { exp } from './exp.ts'
import { halfOfLargeExp, isLarge } from './large-exp.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sinh } from './sinh.ts'
import { where } from './where.ts'

/**
 * The hyperbolic cosine, element by element.
 *
 * (eˣ + e⁻ˣ) / 2.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cosh.html
 * @example
 * ```ts
 * cosh(tensor([-1, 0, 1])) // [1.5431, 1, 1.5431]
 * ```
 */
export const cosh: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'cosh',
  inputs: ['x'],
  save: ['x'],
  forward: (x) =>
    computeFloat(x, (f) => where(isLarge(f), halfOfLargeExp(f), mul(add(exp(f), exp(neg(f))), 0.5))),
  vjp: { x: (g, { x }) => mul(g, sinh(x)) },
})
