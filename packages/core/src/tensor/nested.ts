import { ArgumentError, ShapeError } from '../errors/index.ts'
import type { Data, DType } from './dtype.ts'
import { mostDimensions, type Shape } from './shape.ts'

/** A number or boolean, or arrays of them nested as deep as a tensor has dimensions. */
export type NestedArray = number | boolean | readonly NestedArray[]

/** Host data in row-major order as nested arrays. */
export function nestData(data: Data, dtype: DType, shape: Shape): NestedArray {
  let position = 0
  const element = dtype === 'bool' ? (): boolean => data[position++] !== 0 : (): number => data[position++]!
  const nest = (axis: number): NestedArray =>
    axis === shape.length ? element() : Array.from({ length: shape[axis]! }, () => nest(axis + 1))
  return nest(0)
}

/** Nested arrays as one list of numbers and their shape; booleans become 0 and 1. */
export interface FlatArray {
  readonly values: readonly number[]
  readonly shape: Shape
  /** Whether every element is a boolean. */
  readonly isBoolean: boolean
}

/** Flattens nested arrays, which must be rectangular. */
export function flattenNested(op: string, nested: unknown): FlatArray {
  const shape: number[] = []
  for (let level = nested; isArrayLike(level); level = level[0]) {
    shape.push(level.length)
    if (level.length === 0) break
    if (shape.length <= mostDimensions) continue
    throw new ShapeError('the arrays are nested too deep', {
      op,
      expected: `at most ${mostDimensions} dimensions`,
    })
  }
  const values: number[] = []
  let booleans = 0
  const walk = (value: unknown, axis: number): void => {
    if (isArrayLike(value)) {
      if (axis >= shape.length || value.length !== shape[axis]) {
        throw new ShapeError('the nested arrays are ragged', {
          op,
          received: { shape, axis, 'another length': value.length },
          expected: 'arrays of equal lengths at every level',
        })
      }
      for (let i = 0; i < value.length; i++) walk(value[i], axis + 1)
      return
    }
    if (axis !== shape.length) {
      throw new ShapeError('the nested arrays are ragged', {
        op,
        received: { shape, 'an element at depth': axis },
      })
    }
    if (typeof value === 'boolean') booleans++
    else if (typeof value !== 'number') {
      throw new ArgumentError('an element is neither a number nor a boolean', {
        op,
        received: { element: value },
      })
    }
    values.push(Number(value))
  }
  walk(nested, 0)
  return { values, shape, isBoolean: values.length > 0 && booleans === values.length }
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}
