import type { View } from '../backend/backend.ts'
import type { DType } from '../tensor/dtype.ts'
import { isRowMajor, type Shape, sameShape, scalarShape, sizeOf } from '../tensor/shape.ts'
import type { Storage } from '../tensor/storage.ts'

/** A view with another shape and other strides on the same storage. */
export function viewOf(
  storage: Storage,
  dtype: DType,
  shape: Shape,
  strides: readonly number[],
  offset: number,
): View {
  return {
    storage,
    dtype,
    shape,
    strides,
    offset,
    size: sizeOf(shape),
    contiguous: isRowMajor(shape, strides),
  }
}

/** A view that stays as it is: a variable may get another storage before a backend's queue comes to the call. */
export function fixedView(x: View): View {
  const isReplaceable = 'isReplaceable' in x && x.isReplaceable === true
  return isReplaceable ? viewOf(x.storage, x.dtype, x.shape, x.strides, x.offset) : x
}

/** The view broadcast to a shape: new and stretched dimensions get a stride of 0. */
export function expandView(x: View, shape: Shape): View {
  if (sameShape(x.shape, shape)) return x
  return viewOf(x.storage, x.dtype, shape, broadcastStrides(x, shape), x.offset)
}

/** The strides that show `x` broadcast to `shape`. */
export function broadcastStrides(x: View, shape: Shape): number[] {
  const added = shape.length - x.shape.length
  const strides = new Array<number>(shape.length)
  for (let i = 0; i < shape.length; i++) {
    const isStretched = i < added || (x.shape[i - added] === 1 && shape[i] !== 1)
    strides[i] = isStretched ? 0 : x.strides[i - added]!
  }
  return strides
}

/**
 * Shows views of one shape with as few dimensions as possible: dimensions of size 1 go, neighbours that every view
 * walks in one stride become one. `fixed` dimensions stay as they are; their new positions are returned.
 */
export function mergeDimensions(
  views: readonly View[],
  fixed: number | undefined = undefined,
): { views: View[]; axis: number } {
  if (fixed === undefined && views.every(isOneWalk)) return { views: views.map(asOneWalk), axis: 0 }
  const shapes = views.map((): number[] => [])
  const strides = views.map((): number[] => [])
  const rank = views[0]!.shape.length
  let axis = 0
  let canExtend = false
  for (let d = 0; d < rank; d++) {
    const isFixed = d === fixed
    if (!isFixed && haveOne(views, d)) continue
    const last = shapes[0]!.length - 1
    const extends_ = canExtend && !isFixed && continueAt(views, strides, d)
    for (let v = 0; v < views.length; v++) {
      const { shape, strides: steps } = views[v]!
      if (extends_) {
        shapes[v]![last]! *= shape[d]!
        strides[v]![last] = steps[d]!
      } else {
        shapes[v]!.push(shape[d]!)
        strides[v]!.push(steps[d]!)
      }
    }
    if (isFixed) axis = shapes[0]!.length - 1
    canExtend = !isFixed
  }
  return {
    views: views.map((view, v) => viewOf(view.storage, view.dtype, shapes[v]!, strides[v]!, view.offset)),
    axis,
  }
}

/** Whether one stride walks all elements in order, as in nearly all calls: there are no gaps, or one is repeated. */
function isOneWalk({ contiguous, strides }: View): boolean {
  if (contiguous) return true
  for (const stride of strides) if (stride !== 0) return false
  return true
}

/** Such a view with one dimension, or none where it has one element. */
function asOneWalk({ storage, dtype, offset, size, contiguous }: View): View {
  if (size === 1) return viewOf(storage, dtype, scalarShape, scalarShape, offset)
  return { storage, dtype, shape: [size], strides: [contiguous ? 1 : 0], offset, size, contiguous }
}

/** Whether a dimension has size 1 in every view. */
function haveOne(views: readonly View[], d: number): boolean {
  for (const view of views) if (view.shape[d] !== 1) return false
  return true
}

/** Whether every view walks a dimension and what was merged before it, whose last strides are given, in one stride. */
function continueAt(views: readonly View[], merged: readonly (readonly number[])[], d: number): boolean {
  for (let v = 0; v < views.length; v++) {
    const { shape, strides } = views[v]!
    if (merged[v]!.at(-1) !== strides[d]! * shape[d]!) return false
  }
  return true
}
