import { defineOp } from '../autodiff/define-op.ts'
import { eye } from '../tensor/create.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { computeFloat } from './compute-float.ts'
import { matmul } from './matmul.ts'
import { checkSquare } from './matrix-arguments.ts'
import { swapLastAxes } from './matrix-views.ts'
import { neg } from './neg.ts'
import { solveFactored } from './solve.ts'

const invert: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'inverse',
  inputs: ['x'],
  save: ['out'],
  forward: (x) =>
    computeFloat(x, (f) => {
      if (f.size === 0) return allocateLike(f, f.dtype)
      const identity = eye(f.shape.at(-1)!, { dtype: f.dtype, backend: f.storage.backend })
      return solveFactored(f, expandTo(identity, f.shape))
    }),
  vjp: {
    x: (g, { out }) => {
      const transposed = swapLastAxes(out)
      return neg(matmul(matmul(transposed, g), transposed))
    },
  },
})

/**
 * The inverses of square matrices, x⁻¹ · x = 1.
 *
 * A singular matrix gives infinities or NaN, not an error: no values are read. `solve(x, b)` is faster and more
 * accurate than a product with the inverse.
 *
 * @param x Shape […, n, n], of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} when the matrices are not square.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.inv.html
 * @example
 * ```ts
 * inverse(tensor([[0, 2], [4, 1]])) // [[-0.125, 0.25], [0.5, 0]]
 * ```
 */
export function inverse(x: Tensor): Tensor {
  checkSquare('inverse', 'x', x)
  return invert(x)
}
