import { ArgumentError } from '@tapegrad/core'

export function checkNonNegative(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new ArgumentError(`${name} is not a finite number of at least 0`, { op, received: { [name]: value } })
}

export function checkPositive(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value
  throw new ArgumentError(`${name} is not a finite number above 0`, { op, received: { [name]: value } })
}

export function checkNotPositive(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value <= 0) return value
  throw new ArgumentError(`${name} is not a finite number of at most 0`, { op, received: { [name]: value } })
}

export function checkFinite(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new ArgumentError(`${name} is not a finite number`, { op, received: { [name]: value } })
}

export function checkUnitInterval(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw new ArgumentError(`${name} is not a number from 0 to 1`, { op, received: { [name]: value } })
}

export function checkPositiveInteger(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw new ArgumentError(`${name} is not a whole number of at least 1`, { op, received: { [name]: value } })
}

export function checkBoolean(op: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new ArgumentError(`${name} is not a boolean`, { op, received: { [name]: value } })
}

/** The same check for an option that may be null. */
export function orNull<T>(
  check: (op: string, name: string, value: unknown) => T,
): (op: string, name: string, value: unknown) => T | null {
  return (op, name, value) => (value === null || value === undefined ? null : check(op, name, value))
}

export function checkText(op: string, name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new ArgumentError(`${name} is not text`, { op, received: { [name]: value } })
}
