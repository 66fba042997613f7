import { ArgumentError } from '../errors/index.ts'

/** Part of an axis: start (inclusive), stop (exclusive), step; null stands for the default. */
export type SliceRange = readonly [start: number | null, stop?: number | null, step?: number | null]

/** What a range selects: element i is element `begin + i·step` of the axis. */
export interface Selection {
  readonly begin: number
  readonly step: number
  readonly length: number
}

/** Which elements of an axis of `side` elements a range selects. */
export function resolveRange(op: string, range: SliceRange | null, side: number, axis: number): Selection {
  if (range === null) return { begin: 0, step: 1, length: side }
  checkRange(op, range, axis)
  const [start, stop] = range
  const step = range[2] ?? 1
  // Backward, the position before the first element is a bound too.
  const [first, last] = step > 0 ? [0, side] : [-1, side - 1]
  const resolve = (bound: number): number => clamp(bound < 0 ? bound + side : bound, first, last)
  const begin = resolveOr(start, step > 0 ? first : last, resolve)
  const end = resolveOr(stop, step > 0 ? last : first, resolve)
  return { begin, step, length: Math.max(0, Math.ceil((end - begin) / step)) }
}

function resolveOr(
  bound: number | null | undefined,
  byDefault: number,
  resolve: (bound: number) => number,
): number {
  return bound === null || bound === undefined ? byDefault : resolve(bound)
}

function clamp(bound: number, least: number, most: number): number {
  return Math.min(Math.max(bound, least), most)
}

function checkRange(op: string, range: SliceRange, axis: number): void {
  const isRange =
    Array.isArray(range) &&
    range.length >= 1 &&
    range.length <= 3 &&
    range.every((bound: unknown) => bound === null || bound === undefined || Number.isInteger(bound))
  if (isRange && range[2] !== 0) return
  throw new ArgumentError(isRange ? 'a step is 0' : 'a range is not made of one to three whole numbers', {
    op,
    received: { range, axis },
    expected: '[start, stop, step] with a step other than 0, or null for the whole axis',
    hint: 'null for a bound means the end of the axis',
  })
}
