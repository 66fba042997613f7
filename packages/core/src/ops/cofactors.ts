import { defineOp } from '../autodiff/define-op.ts'
import { tidy } from '../memory/scope.ts'
import { onesLike, zeros, zerosLike } from '../tensor/create.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { concat } from './concat.ts'
import { expandDims } from './expand-dims.ts'
import { scatterAlong } from './gather-along.ts'
import { inverse } from './inverse.ts'
import { factorizeLU } from './lu.ts'
import { matmul } from './matmul.ts'
import { block, swapLastAxes } from './matrix-views.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'
import { solveTriangle } from './triangular-solve.ts'

/**
 * The cofactors of float matrices, the gradient of the determinant: det(x) · x⁻ᵀ, but also where x is singular.
 *
 * Cofactors of a product are the product of cofactors. Those of L are L⁻ᵀ, those of the permutation are it and its
 * sign, and those of U follow without division. Their own gradient is that of det(x) · x⁻ᵀ, and NaN where x is
 * singular.
 */
export const cofactors: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'cofactors',
  inputs: ['x'],
  save: ['x', 'out'],
  forward: (x) =>
    tidy(() => {
      if (x.size === 0) return allocateLike(x, x.dtype)
      const { lu, order, sign } = factorizeLU(x)
      const ofU = swapLastAxes(adjugate(lu).matrix)
      const sorted = solveTriangle(lu, ofU, { upper: false, transpose: true, unitDiagonal: true })
      const axis = x.shape.length - 2
      const inOrder = scatterAlong(order, sorted, { axis, length: x.shape[axis]! })
      return mul(inOrder, expandDims(sign, { axis: [-2, -1] }))
    }),
  vjp: {
    x: (h, { x, out }) => {
      if (x.shape.at(-1) === 1) return zerosLike(x)
      const inverted = swapLastAxes(inverse(x))
      const along = sum(mul(h, out), { axis: [-2, -1], keepDims: true })
      return sub(mul(along, inverted), matmul(matmul(out, swapLastAxes(h)), inverted))
    },
  },
})

/** det(x) · x⁻¹ of upper triangular matrices, as a polynomial, from those of the halves; what is below is not read. */
function adjugate(x: Tensor): { readonly matrix: Tensor; readonly determinant: Tensor } {
  const n = x.shape.at(-1)!
  if (n === 1) return { matrix: onesLike(x), determinant: x }
  const half = n >> 1
  const first = adjugate(block(x, [0, half], [0, half]))
  const last = adjugate(block(x, [half], [half]))
  const between = neg(matmul(matmul(first.matrix, block(x, [0, half], [half])), last.matrix))
  const below = zeros([...x.shape.slice(0, -2), n - half, half], {
    dtype: x.dtype,
    backend: x.storage.backend,
  })
  const columns = [
    concat([mul(last.determinant, first.matrix), below], { axis: -2 }),
    concat([between, mul(first.determinant, last.matrix)], { axis: -2 }),
  ]
  return { matrix: concat(columns, { axis: -1 }), determinant: mul(first.determinant, last.determinant) }
}
