import type { DType } from '@tapegrad/core'
import { build, elementAt, elementCount, type OracleArray, promote, store } from './array.ts'

/** As NumPy's start:stop:step; null for what is left out. */
export type OracleRange = readonly [start: number | null, stop: number | null, step: number | null]

export function normalAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

export function reshape(x: OracleArray, shape: readonly number[]): OracleArray {
  const known = shape.reduce((count, side) => (side === -1 ? count : count * side), 1)
  const sides = shape.map((side) => (side === -1 ? elementCount(x.shape) / known : side))
  return { ...x, shape: sides }
}

export function transpose(x: OracleArray, axes: readonly number[]): OracleArray {
  const shape = axes.map((axis) => x.shape[axis]!)
  return build(shape, x.dtype, (index) => {
    const source = x.shape.map(() => 0)
    axes.forEach((axis, i) => {
      source[axis] = index[i]!
    })
    return elementAt(x, source)
  })
}

export function moveAxis(x: OracleArray, from: number, to: number): OracleArray {
  const rank = x.shape.length
  const axes = x.shape.map((_, axis) => axis)
  const [moved] = axes.splice(normalAxis(from, rank), 1)
  axes.splice(normalAxis(to, rank), 0, moved!)
  return transpose(x, axes)
}

export function swapAxes(x: OracleArray, a: number, b: number): OracleArray {
  const rank = x.shape.length
  const axes = x.shape.map((_, axis) => axis)
  axes[normalAxis(a, rank)] = normalAxis(b, rank)
  axes[normalAxis(b, rank)] = normalAxis(a, rank)
  return transpose(x, axes)
}

export function broadcastTo(x: OracleArray, shape: readonly number[]): OracleArray {
  const added = shape.length - x.shape.length
  return build(shape, x.dtype, (index) =>
    elementAt(
      x,
      x.shape.map((side, axis) => (side === 1 ? 0 : index[axis + added]!)),
    ),
  )
}

/** The common shape of arrays that broadcast. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    const sides = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1)
    return sides.find((side) => side !== 1) ?? 1
  })
}

/** The indices that a range of an axis visits, step by step. */
export function rangeIndices(range: OracleRange | null, side: number): number[] {
  const [start, stop, step] = range ?? [null, null, null]
  const stride = step ?? 1
  const fromEnd = (bound: number): number => (bound < 0 ? bound + side : bound)
  const visited: number[] = []
  if (stride > 0) {
    const end = Math.min(stop === null ? side : fromEnd(stop), side)
    for (let i = Math.max(start === null ? 0 : fromEnd(start), 0); i < end; i += stride) visited.push(i)
  } else {
    const end = Math.max(stop === null ? -1 : fromEnd(stop), -1)
    for (let i = Math.min(start === null ? side - 1 : fromEnd(start), side - 1); i > end; i += stride)
      visited.push(i)
  }
  return visited
}

export function slice(x: OracleArray, ranges: readonly (OracleRange | null)[]): OracleArray {
  const visited = x.shape.map((side, axis) => rangeIndices(ranges[axis] ?? null, side))
  return build(
    visited.map((indices) => indices.length),
    x.dtype,
    (index) =>
      elementAt(
        x,
        index.map((i, axis) => visited[axis]![i]!),
      ),
  )
}

export function flip(x: OracleArray, axes: readonly number[]): OracleArray {
  return slice(
    x,
    x.shape.map((_, axis): OracleRange | null => (axes.includes(axis) ? [null, null, -1] : null)),
  )
}

export function concat(arrays: readonly OracleArray[], axis: number): OracleArray {
  const first = arrays[0]!
  const along = normalAxis(axis, first.shape.length)
  const dtype = arrays.map((x) => x.dtype).reduce(promote)
  const length = arrays.reduce((total, x) => total + x.shape[along]!, 0)
  const shape = first.shape.map((side, i) => (i === along ? length : side))
  return build(shape, dtype, (index) => {
    let rest = index[along]!
    const source = arrays.find((x) => {
      if (rest < x.shape[along]!) return true
      rest -= x.shape[along]!
      return false
    })!
    return elementAt(
      source,
      index.map((i, d) => (d === along ? rest : i)),
    )
  })
}

export function expandDims(x: OracleArray, axes: readonly number[]): OracleArray {
  const rank = x.shape.length + axes.length
  const added = axes.map((axis) => normalAxis(axis, rank))
  const sides = [...x.shape]
  return { ...x, shape: Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : sides.shift()!)) }
}

export function squeeze(x: OracleArray, axes?: readonly number[]): OracleArray {
  const dropped = axes?.map((axis) => normalAxis(axis, x.shape.length))
  return {
    ...x,
    shape: x.shape.filter((side, i) => (dropped === undefined ? side !== 1 : !dropped.includes(i))),
  }
}

export function stack(arrays: readonly OracleArray[], axis: number): OracleArray {
  return concat(
    arrays.map((x) => expandDims(x, [axis])),
    normalAxis(axis, arrays[0]!.shape.length + 1),
  )
}

/** The parts of the given sizes along an axis. */
export function split(x: OracleArray, sizes: readonly number[], axis: number): OracleArray[] {
  const along = normalAxis(axis, x.shape.length)
  let start = 0
  return sizes.map((size) => {
    const range: OracleRange = [start, start + size, 1]
    start += size
    return slice(
      x,
      x.shape.map((_, i) => (i === along ? range : null)),
    )
  })
}

export function pad(x: OracleArray, paddings: readonly (readonly number[])[], value: number): OracleArray {
  const shape = x.shape.map((side, axis) => paddings[axis]![0]! + side + paddings[axis]![1]!)
  return build(shape, x.dtype, (index) => {
    const source = index.map((i, axis) => i - paddings[axis]![0]!)
    const isInside = source.every((i, axis) => i >= 0 && i < x.shape[axis]!)
    return isInside ? elementAt(x, source) : value
  })
}

export function tile(x: OracleArray, repeats: readonly number[]): OracleArray {
  const rank = Math.max(repeats.length, x.shape.length)
  const source = { ...x, shape: [...new Array<number>(rank - x.shape.length).fill(1), ...x.shape] }
  const counts = [...new Array<number>(rank - repeats.length).fill(1), ...repeats]
  return build(
    source.shape.map((side, axis) => side * counts[axis]!),
    x.dtype,
    (index) =>
      elementAt(
        source,
        index.map((i, axis) => i % source.shape[axis]!),
      ),
  )
}

export function cast(x: OracleArray, dtype: DType): OracleArray {
  return { shape: x.shape, dtype, values: x.values.map((value) => store(value, dtype)) }
}
