import type { ConfigReader } from '../saving/config-reader.ts'
import { checkIntegers, checkNumber } from '../saving/option-values.ts'

/** The axes that an overlap is summed over; null: all. */
export type OverlapAxes = number | readonly number[] | null

export function checkOverlapAxes(op: string, axis: unknown): OverlapAxes {
  if (axis === null) return null
  return Array.isArray(axis) ? checkIntegers(op, 'axis', axis) : checkNumber(op, 'axis', axis, 'integer')
}

/** The axes, as a file holds them. */
export function readOverlapAxes(read: ConfigReader): OverlapAxes {
  return Array.isArray(read.json('axis', null)) ? read.integers('axis') : read.integer('axis', null)
}
