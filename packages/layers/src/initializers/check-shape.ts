import { ArgumentError, type Shape, ShapeError } from '@tapegrad/core'

/** Checks the shape of a weight whose sizes an initializer computes with. */
export function checkShape(op: string, shape: unknown): asserts shape is Shape {
  if (!Array.isArray(shape)) {
    throw new ArgumentError('shape is not an array of sizes', {
      op,
      received: { shape },
      expected: 'an array such as [2, 3]',
    })
  }
  if (shape.every((side) => Number.isSafeInteger(side) && side >= 0)) return
  throw new ShapeError('the sizes are not whole numbers of at least 0', { op, received: { shape } })
}
