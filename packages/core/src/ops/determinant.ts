import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cofactors } from './cofactors.ts'
import { computeFloat } from './compute-float.ts'
import { expandDims } from './expand-dims.ts'
import { pivotsOf } from './lu.ts'
import { checkSquare } from './matrix-arguments.ts'
import { mul } from './mul.ts'
import { prod } from './prod.ts'

const multiplyPivots: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'determinant',
  inputs: ['x'],
  save: ['x'],
  forward: (x) =>
    computeFloat(x, (f) => {
      const { pivots, sign } = pivotsOf(f)
      return mul(prod(pivots, { axis: -1 }), sign)
    }),
  vjp: { x: (g, { x }) => mul(expandDims(g, { axis: [-2, -1] }), cofactors(x)) },
})

/**
 * The determinants of square matrices, by elimination with pivots.
 *
 * The gradient is the matrix of cofactors, also where a matrix is singular; second gradients are NaN there. Where a
 * determinant is too large or small for the dtype, {@link slogdet} has its logarithm.
 *
 * @param x Shape […, n, n], of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of shape […]; 1 for matrices without elements.
 * @throws {@link ShapeError} when the matrices are not square.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.det.html
 * @example
 * ```ts
 * determinant(tensor([[0, 2], [4, 1]])) // -8
 * ```
 */
export function determinant(x: Tensor): Tensor {
  checkSquare('determinant', 'x', x)
  return multiplyPivots(x)
}
