import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { type Shape, sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { mul } from './mul.ts'
import { reshape } from './reshape.ts'

/** A parameter as options hold it; null is the same as none. */
export type Parameter = Tensor | null

/** A parameter that was given; throws where it is not a usable tensor of the wanted shape on the backend of `x`. */
export function checkParameter(
  op: string,
  name: string,
  parameter: Parameter | undefined,
  x: Tensor,
  shape: Shape,
): Parameter {
  if (parameter === undefined || parameter === null) return null
  checkInput(op, name, parameter)
  checkSameBackend(op, x, parameter)
  if (sameShape(parameter.shape, shape)) return parameter
  throw new ShapeError(`${name} does not have the shape of what it is for`, {
    op,
    received: { x, [name]: parameter },
    expected: `${name} of shape [${shape.join(', ')}]`,
  })
}

/** A parameter with one number for each element of some axes, seen so that it broadcasts to `x`. */
export function fitToAxes(parameter: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return reshape(
    parameter,
    x.shape.map((side, axis) => (axes.includes(axis) ? side : 1)),
  )
}

/** gamma · x + beta, each with a number for each element of the axes. */
export function scaleAndShift(x: Tensor, gamma: Parameter, beta: Parameter, axes: readonly number[]): Tensor {
  const scaled = gamma === null ? x : mul(x, fitToAxes(gamma, x, axes))
  return beta === null ? scaled : add(scaled, fitToAxes(beta, x, axes))
}

/** Whether parameters, where there are any, have the dtype of `x`. */
export function haveType(x: Tensor, ...parameters: readonly Parameter[]): boolean {
  return parameters.every((parameter) => parameter === null || parameter.dtype === x.dtype)
}
