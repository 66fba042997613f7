import { type Shape, ShapeError } from '@tapegrad/core'

/** How many numbers go into one output of a weight, and how many outputs one input reaches. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/**
 * The fans of a weight: (rows, columns) for a matrix; for a kernel of shape [...window, inputs, outputs], the window's
 * size times the inputs and times the outputs; for a vector its length, twice. With `inputAxes` and `outputAxes`,
 * the product of the sizes of these axes.
 */
export function computeFans(
  shape: Shape,
  inputAxes: readonly number[] | null,
  outputAxes: readonly number[] | null,
): Fans {
  if (inputAxes !== null && outputAxes !== null) {
    return { fanIn: productOf(shape, inputAxes), fanOut: productOf(shape, outputAxes) }
  }
  const fanIn = shape.at(-2) ?? shape.at(-1) ?? 1
  const fanOut = shape.at(-1) ?? 1
  const window = shape.slice(0, -2).reduce((size, side) => size * side, 1)
  return { fanIn: fanIn * window, fanOut: fanOut * window }
}

function productOf(shape: Shape, axes: readonly number[]): number {
  let product = 1
  for (const axis of axes) {
    const side = shape.at(axis)
    if (side === undefined) {
      throw new ShapeError('the weight does not have this axis', {
        op: 'VarianceScaling',
        received: { axis, shape },
      })
    }
    product *= side
  }
  return product
}
