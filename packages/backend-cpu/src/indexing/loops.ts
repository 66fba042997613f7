import { bytesPerElement } from '@tapegrad/core'
import { addressOf, type CpuView } from '../views.ts'

/** One number for each of three views. */
type Triple = readonly [number, number, number]

/** A loop over one dimension of three views: its size, and each view's step in bytes. */
interface Loop {
  readonly size: number
  readonly steps: Triple
}

/** The loops over three views of one shape, apart from the axis, in which their sizes may differ. */
export interface Loops {
  /** The innermost loop outside the axis. */
  readonly outer: Loop
  /** The axis; its size is that of the first view. */
  readonly along: Loop
  /** The innermost loop inside the axis; a single step in loops over rows. */
  readonly inner: Loop
  /** Where the loops start in each view: once for every position in further dimensions, in order. */
  readonly starts: readonly Triple[]
}

/** Splits views at an axis. With `rows`, all dimensions inside the axis are left out. */
export function splitLoops(views: readonly [CpuView, CpuView, CpuView], axis: number, rows: boolean): Loops {
  const ofEach = (f: (view: CpuView) => number): Triple => [f(views[0]), f(views[1]), f(views[2])]
  const loops = views[0].shape.map(
    (size, i): Loop => ({ size, steps: ofEach((view) => view.strides[i]! * bytesPerElement(view.dtype)) }),
  )
  const single: Loop = { size: 1, steps: [0, 0, 0] }
  const before = loops.slice(0, axis).filter(({ size }) => size > 1)
  const after = rows ? [] : loops.slice(axis + 1).filter(({ size }) => size > 1)
  const inner = after.pop() ?? single
  const outer = before.pop() ?? single
  let starts = [ofEach(addressOf)]
  for (const { size, steps } of [...before, ...after]) {
    starts = starts.flatMap(([a, b, c]) =>
      Array.from({ length: size }, (_, i): Triple => [a + i * steps[0], b + i * steps[1], c + i * steps[2]]),
    )
  }
  return { outer, along: loops[axis]!, inner, starts }
}

/**
 * How many elements follow one another in each view for one index: the product of the dimensions inside the axis, or
 * 0 where they have no common index or gaps between them.
 */
export function rowLength(data: CpuView, index: CpuView, axis: number): number {
  let length = 1
  for (let i = data.shape.length - 1; i > axis; i--) {
    const size = data.shape[i]!
    if (size === 1) continue
    if (index.strides[i] !== 0 || data.strides[i] !== length) return 0
    length *= size
  }
  return length
}
