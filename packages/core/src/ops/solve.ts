import { defineOp } from '../autodiff/define-op.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { runCast } from '../dispatch/cast.ts'
import { tidy } from '../memory/scope.ts'
import { broadcastShape } from '../tensor/shape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { factorizeLU, rowsInOrder } from './lu.ts'
import { matmul } from './matmul.ts'
import { checkSystem } from './matrix-arguments.ts'
import { swapLastAxes } from './matrix-views.ts'
import { neg } from './neg.ts'
import { solveTriangle } from './triangular-solve.ts'
import { withColumns } from './with-columns.ts'

const solveColumns: (a: Tensor, b: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'solve',
  inputs: ['a', 'b'],
  save: ['a', 'out'],
  forward: (a, b) =>
    tidy(() => {
      const dtype = commonType('solve', a, b, 'float')
      const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))!
      const sides = expandTo(runCast(b, dtype), [...batch, ...b.shape.slice(-2)])
      if (sides.size === 0) return allocate(a.storage.backend, dtype, sides.shape)
      return solveFactored(runCast(a, dtype), sides)
    }),
  vjpAll: (g, { a, out }, needs) => {
    const ofB = solveColumns(swapLastAxes(a), g)
    return [needs[0] ? neg(matmul(ofB, swapLastAxes(out))) : null, ofB]
  },
})

/** The solution for right sides that have all batch axes, from the factors of the matrices. */
export function solveFactored(a: Tensor, b: Tensor): Tensor {
  const { lu, order } = factorizeLU(a)
  const sorted = rowsInOrder(b, expandTo(order, [...b.shape.slice(0, -1), 1]))
  const forward = solveTriangle(lu, sorted, { upper: false, transpose: false, unitDiagonal: true })
  return solveTriangle(lu, forward, { upper: true, transpose: false, unitDiagonal: false })
}

/**
 * Solves a · x = b for square matrices, by elimination with pivots.
 *
 * A singular matrix gives infinities or NaN, not an error: no values are read. Next to a singular one the result is as
 * uncertain as the matrix's condition says.
 *
 * @param a Shape […, n, n], of any dtype; integers and bools are cast to float32.
 * @param b Shape […, n, k], whose columns are right sides, or [n] for one, whose axis the result lacks too. Batch axes broadcast.
 * @returns Shape […, n, k], or […, n] where b is a vector, in the promoted float dtype.
 * @throws {@link ShapeError} when the matrices are not square, b has another number of rows, or the batch axes do not broadcast.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.solve.html
 * @example
 * ```ts
 * const a = tensor([[0, 2], [4, 1]])
 * solve(a, tensor([4, 6])) // [1, 2]
 * solve(a, tensor([[4, 2], [6, 1]])) // [[1, 0], [2, 1]]
 * ```
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  checkSystem('solve', a, b)
  return withColumns(b, (sides) => solveColumns(a, sides))
}
