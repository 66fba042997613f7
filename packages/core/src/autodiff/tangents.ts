import { DTypeError, ShapeError } from '../errors/index.ts'
import { sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkFloat } from './grad.ts'
import { checkSameBackend } from './inputs.ts'
import { flattenLike, flattenStructure } from './structure.ts'

/** The tensors of a structure of tangents, after a check that each fits its place. */
export function flattenTangents(op: string, primals: unknown, tangents: unknown, name: string): Tensor[] {
  const inputs = flattenStructure(op, primals, 'the argument')
  const found = flattenLike(op, tangents, primals, name)
  inputs.forEach((input, i) => checkTangent(op, name, input, found[i]!))
  return found
}

function checkTangent(op: string, name: string, input: Tensor, tangent: Tensor): void {
  checkFloat(op, name, tangent)
  const received = { argument: input, [name]: tangent }
  if (!sameShape(tangent.shape, input.shape)) {
    throw new ShapeError(`${name} and what is differentiated have different shapes`, { op, received })
  }
  // An argument that is no float is refused as what it is.
  checkFloat(op, 'an argument', input)
  if (tangent.dtype !== input.dtype) {
    throw new DTypeError(`${name} and what is differentiated have different dtypes`, {
      op,
      received,
      hint: `cast(${name}, '${input.dtype}')`,
    })
  }
  checkSameBackend(op, input, tangent)
}
