import { IndexError } from '../errors/index.ts'

/** Whether an index selects one of `length` elements; there are no negative positions. */
export function isInside(index: number, length: number): boolean {
  return index >= 0 && index < length
}

/** Throws {@link IndexError} for an index outside an axis. */
export function checkIndex(op: string, index: number, length: number, axis: number): void {
  if (isInside(index, length)) return
  throw new IndexError('an index lies outside the axis', {
    op,
    received: { index, axis },
    expected: `an integer from 0 to ${length - 1}`,
  })
}
