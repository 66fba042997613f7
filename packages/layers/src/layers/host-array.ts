import { ArgumentError, ShapeError, type TensorValues } from '@tapegrad/core'

/** Numbers in row-major order, in double precision, and their shape. */
export interface HostArray {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/** More axes than any backend has: what is nested deeper is no array of numbers. */
const mostAxes = 32

/** The numbers of nested or typed arrays; throws for ragged ones and for what is neither number nor boolean. */
export function hostArray(op: string, name: string, values: TensorValues): HostArray {
  const shape = shapeOf(values)
  const data = new Float64Array(shape.reduce((size, side) => size * side, 1))
  let next = 0
  const visit = (value: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof value !== 'number' && typeof value !== 'boolean') {
        throw new ArgumentError(`${name} is not made of numbers`, { op, received: { [name]: value } })
      }
      data[next++] = Number(value)
      return
    }
    const list = asArray(value)
    if (list === null || list.length !== shape[axis]) {
      throw new ShapeError(`${name} is not a whole array`, {
        op,
        received: { [name]: value },
        expected: `${shape[axis]} entries along axis ${axis}`,
      })
    }
    for (let i = 0; i < list.length; i++) visit(list[i], axis + 1)
  }
  visit(values, 0)
  return { shape, data }
}

function shapeOf(values: unknown): readonly number[] {
  const shape: number[] = []
  let list = asArray(values)
  while (list !== null && shape.length < mostAxes) {
    shape.push(list.length)
    list = asArray(list[0])
  }
  return shape
}

function asArray(value: unknown): ArrayLike<unknown> | null {
  if (Array.isArray(value)) return value as readonly unknown[]
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? (value as unknown as ArrayLike<unknown>)
    : null
}
