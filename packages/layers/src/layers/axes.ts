import { ArgumentError, ShapeError } from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'

/** One axis or several. */
export type Axes = number | readonly number[]

/** Checks an option that is one axis or several different ones. */
export function checkAxes(op: string, axis: unknown): Axes {
  if (Number.isSafeInteger(axis)) return axis as number
  const list: readonly unknown[] = Array.isArray(axis) ? axis : []
  const areAxes = list.length > 0 && list.every((each) => Number.isSafeInteger(each))
  if (areAxes && new Set(list).size === list.length) return Object.freeze([...(list as readonly number[])])
  throw new ArgumentError('axis is neither an axis nor a list of different ones', {
    op,
    received: { axis },
    expected: 'a whole number, or a list of them',
  })
}

export function listAxes(axis: Axes): readonly number[] {
  return typeof axis === 'number' ? [axis] : axis
}

/** The axes counted from the first, in the order in which they are given; throws where the shape does not have them. */
export function locateAxes(op: string, shape: SymbolicShape, axis: Axes): readonly number[] {
  const rank = shape.length
  const located = listAxes(axis).map((each) => (each < 0 ? each + rank : each))
  if (located.every((each) => each >= 0 && each < rank) && new Set(located).size === located.length)
    return located
  throw new ShapeError('the input does not have these axes', {
    op,
    received: { inputShape: shape, axis },
    expected: `different axes from ${-rank} to ${rank - 1}`,
  })
}

/** The sizes along axes, which must be known where weights have them. */
export function knownSizes(op: string, shape: SymbolicShape, axis: Axes): readonly number[] {
  return locateAxes(op, shape, axis).map((each) => {
    const side = shape[each]!
    if (side !== null) return side
    throw new ShapeError('the sizes along the axes must be known', {
      op,
      received: { inputShape: shape, axis },
    })
  })
}
