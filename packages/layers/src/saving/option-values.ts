import { ArgumentError, DTypeError, type FloatDType } from '@tapegrad/core'

type NumberKind =
  | 'finite'
  | 'nonNegative'
  | 'positive'
  | 'unitInterval'
  | 'belowOne'
  | 'integer'
  | 'positiveInteger'

const numberKinds: Readonly<Record<NumberKind, { expected: string; accepts: (x: number) => boolean }>> = {
  finite: { expected: 'a finite number', accepts: Number.isFinite },
  nonNegative: { expected: 'a finite number of at least 0', accepts: (x) => Number.isFinite(x) && x >= 0 },
  positive: { expected: 'a finite number above 0', accepts: (x) => Number.isFinite(x) && x > 0 },
  unitInterval: { expected: 'a number from 0 to 1', accepts: (x) => x >= 0 && x <= 1 },
  belowOne: { expected: 'a number of at least 0 and below 1', accepts: (x) => x >= 0 && x < 1 },
  integer: { expected: 'a whole number', accepts: Number.isSafeInteger },
  positiveInteger: { expected: 'a whole number above 0', accepts: (x) => Number.isSafeInteger(x) && x > 0 },
}

/** Checks an option that is a number of a kind. */
export function checkNumber(op: string, name: string, value: unknown, kind: NumberKind): number {
  const { expected, accepts } = numberKinds[kind]
  if (typeof value === 'number' && accepts(value)) return value
  throw new ArgumentError(`${name} is not ${expected}`, { op, received: { [name]: value } })
}

/** Checks an option that is true or false. */
export function checkBoolean(op: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new ArgumentError(`${name} is neither true nor false`, { op, received: { [name]: value } })
}

/** Checks an option that is one of a few values. */
export function checkOneOf<const V>(op: string, name: string, value: unknown, allowed: readonly V[]): V {
  if ((allowed as readonly unknown[]).includes(value)) return value as V
  throw new ArgumentError(`unknown ${name}`, {
    op,
    received: { [name]: value },
    expected: `one of ${allowed.map((each) => JSON.stringify(each)).join(', ')}`,
  })
}

/** Checks an option that is a list of whole numbers, such as axes. */
export function checkIntegers(op: string, name: string, value: unknown): readonly number[] {
  if (Array.isArray(value) && value.every((each) => Number.isSafeInteger(each))) return [...value]
  throw new ArgumentError(`${name} is not a list of whole numbers`, { op, received: { [name]: value } })
}

/** Checks an option that is a dtype to compute in. */
export function checkFloatDType(op: string, dtype: unknown): FloatDType {
  if (dtype === 'float32' || dtype === 'float64') return dtype
  throw new DTypeError('the dtype is not one of fractions', {
    op,
    received: { dtype },
    expected: 'float32 or float64',
  })
}
