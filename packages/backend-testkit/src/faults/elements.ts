import type { Data, Operand, View } from '@tapegrad/core'

/** Where the elements of a view lie, in row-major order. */
export function positionsOf({ shape, strides, offset }: View<Data>): number[] {
  let positions = [offset]
  shape.forEach((side, axis) => {
    positions = positions.flatMap((start) =>
      Array.from({ length: side }, (_, i) => start + i * strides[axis]!),
    )
  })
  return positions
}

/** The elements of a view in row-major order; a number as often as `size` says. */
export function valuesOf(x: Operand<Data>, size: number): number[] {
  if (typeof x === 'number') return new Array<number>(size).fill(x)
  return positionsOf(x).map((position) => x.storage.handle[position]!)
}

/** Changes every element of a result. */
export function rewrite(out: View<Data>, f: (value: number, i: number) => number): void {
  const data = out.storage.handle
  positionsOf(out).forEach((position, i) => {
    data[position] = f(data[position]!, i)
  })
}

/** The view as a contiguous one, from the same offset. */
export function asContiguous(x: View<Data>): View<Data> {
  let stride = 1
  const strides = x.shape.map(() => 0)
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= x.shape[axis]!
  }
  return { ...pick(x), strides, contiguous: true }
}

/** The same elements with other strides or from another offset. */
export function withLayout(
  x: View<Data>,
  changes: { readonly strides?: readonly number[]; readonly offset?: number },
): View<Data> {
  return { ...pick(x), contiguous: false, ...changes }
}

/** The fields of a view, which may be a tensor. */
function pick({ storage, dtype, shape, strides, offset, size, contiguous }: View<Data>): View<Data> {
  return { storage, dtype, shape, strides, offset, size, contiguous }
}

/** Lets a view reach beyond its storage: what lies there reads as 0, as it may on a device. */
export function clampedValues(x: View<Data>): number[] {
  return positionsOf(x).map((position) => x.storage.handle[position] ?? 0)
}

/** The typed array behind a view. */
export function dataOf({ storage }: View): Data {
  return storage.handle as Data
}
