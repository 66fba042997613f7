import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { broadcastShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Throws where the last two axes of a tensor are not those of matrices. */
export function checkMatrices(op: string, name: string, x: Tensor): void {
  checkInput(op, name, x)
  if (x.shape.length >= 2) return
  throw new ShapeError(`${name} has no matrices`, {
    op,
    received: { [name]: x },
    expected: 'a rank of at least 2: matrices along the last two axes',
  })
}

/** The same where the matrices are not square. */
export function checkSquare(op: string, name: string, x: Tensor): void {
  checkMatrices(op, name, x)
  if (x.shape.at(-1) === x.shape.at(-2)) return
  throw new ShapeError(`the matrices of ${name} are not square`, { op, received: { [name]: x } })
}

/** Throws where a · x = b is no system of equations: b is a vector, or matrices whose columns are right sides. */
export function checkSystem(op: string, a: Tensor, b: Tensor): void {
  checkSquare(op, 'a', a)
  checkInput(op, 'b', b)
  checkSameBackend(op, a, b)
  const n = a.shape.at(-1)!
  if (b.shape.length === 0) {
    throw new ShapeError('b is a scalar', {
      op,
      received: { a, b },
      expected: `a vector of ${n}, or columns`,
    })
  }
  const axis = b.shape.length === 1 ? -1 : -2
  if (b.shape.at(axis) !== n) {
    throw new ShapeError('b has another number of rows than a', {
      op,
      received: { a, b },
      expected: `${n} (a, axis -1) = ${b.shape.at(axis)} (b, axis ${axis})`,
      ...(axis === -2 && b.shape.at(-1) === n
        ? { hint: 'a batch of vectors has an axis for columns: expandDims(b, { axis: -1 })' }
        : {}),
    })
  }
  if (broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)) === undefined) {
    throw new ShapeError('the batch dimensions do not broadcast', { op, received: { a, b } })
  }
}
