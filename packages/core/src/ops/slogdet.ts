import { defineOp } from '../autodiff/define-op.ts'
import { stopGradient } from '../autodiff/stop-gradient.ts'
import { tidy } from '../memory/scope.ts'
import { toFloatType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { cast } from './cast.ts'
import { expandDims } from './expand-dims.ts'
import { inverse } from './inverse.ts'
import { log } from './log.ts'
import { pivotsOf } from './lu.ts'
import { checkSquare } from './matrix-arguments.ts'
import { swapLastAxes } from './matrix-views.ts'
import { mul } from './mul.ts'
import { prod } from './prod.ts'
import { sign } from './sign.ts'
import { sum } from './sum.ts'

/** A determinant as {@link slogdet} gives it: sign · exp(logAbsDet). */
export interface SignAndLogarithm {
  /** −1, 0 or 1. */
  readonly sign: Tensor
  /** ln |det x|; −∞ where the determinant is 0. */
  readonly logAbsDet: Tensor
}

/** The logarithm from pivots, which belong to `x` and are constants. */
const logarithmOf: (x: Tensor, pivots: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'slogdet',
  inputs: ['x', 'pivots'],
  save: ['x'],
  forward: (_x, pivots) => tidy(() => sum(log(abs(pivots)), { axis: -1 })),
  vjp: {
    x: (g, { x }) => mul(expandDims(g, { axis: [-2, -1] }), swapLastAxes(inverse(x))),
    pivots: null,
  },
})

/**
 * The signs and the logarithms of the absolute values of determinants, which do not overflow.
 *
 * The gradient of the logarithm is x⁻ᵀ; the sign has none. A singular matrix gives 0 and −∞, and no finite gradient.
 *
 * @param x Shape […, n, n], of any dtype; integers and bools are cast to float32.
 * @returns `{ sign, logAbsDet }`, float tensors of shape […]; 1 and 0 for matrices without elements.
 * @throws {@link ShapeError} when the matrices are not square.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.slogdet.html
 * @example
 * ```ts
 * const result = slogdet(tensor([[0, 2], [4, 1]]))
 * result.sign // -1
 * result.logAbsDet // 2.0794
 * ```
 */
export function slogdet(x: Tensor): SignAndLogarithm {
  checkSquare('slogdet', 'x', x)
  return tidy(() => {
    const factored = pivotsOf(cast(stopGradient(x), toFloatType(x.dtype)))
    const signs = prod(sign(factored.pivots), { axis: -1 })
    return { sign: mul(signs, factored.sign), logAbsDet: logarithmOf(x, factored.pivots) }
  })
}
