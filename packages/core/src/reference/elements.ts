import type { Operand, View } from '../backend/backend.ts'
import { allocateData, type Data, type DType } from '../tensor/dtype.ts'

/** Calls `visit(position)` for every element of a view, in row-major order. */
export function forEachPosition(view: View<Data>, visit: (position: number) => void): void {
  const { shape, strides, size } = view
  const index = new Array<number>(shape.length).fill(0)
  let position = view.offset
  for (let count = 0; count < size; count++) {
    visit(position)
    // Counts up like an odometer: the last dimension moves, and one that overflows goes back and moves the next.
    for (let d = shape.length - 1; d >= 0; d--) {
      position += strides[d]!
      index[d]!++
      if (index[d]! < shape[d]!) break
      position -= strides[d]! * shape[d]!
      index[d] = 0
    }
  }
}

/** The elements of a view in row-major order. Where it is contiguous they are not copied. */
export function readElements(view: View<Data>): Data {
  if (view.contiguous) return outputElements(view)
  const data = view.storage.handle
  const elements = allocateData(view.dtype, view.size)
  let next = 0
  forEachPosition(view, (position) => {
    elements[next++] = data[position]!
  })
  return elements
}

/** The elements of an argument; a number becomes as many elements of `dtype` as there are in the output. */
export function readOperand(operand: Operand<Data>, dtype: DType, size: number): Data {
  if (typeof operand !== 'number') return readElements(operand)
  return allocateData(dtype, size).fill(castTo(dtype)(operand))
}

/** The elements of a contiguous view, to be written: they share the memory of the storage. */
export function outputElements(out: View<Data>): Data {
  return out.storage.handle.subarray(out.offset, out.offset + out.size)
}

const casts: Readonly<Record<DType, (value: number) => number>> = {
  bool: (value) => Number(value !== 0),
  uint8: (value) => value & 255,
  int32: (value) => value | 0,
  float32: Math.fround,
  float64: (value) => value,
}

/**
 * The function that brings a number into the range of `dtype`: floats round to nearest, integers truncate and wrap,
 * bool is `value ≠ 0`.
 */
export function castTo(dtype: DType): (value: number) => number {
  return casts[dtype]
}

/** The lengths before, along and after an axis: element [i, j, k] lies at (i·length + j)·inner + k. */
export function splitAtAxis(
  shape: readonly number[],
  axis: number,
): { outer: number; length: number; inner: number } {
  let outer = 1
  for (const size of shape.slice(0, axis)) outer *= size
  let inner = 1
  for (const size of shape.slice(axis + 1)) inner *= size
  return { outer, length: shape[axis]!, inner }
}
