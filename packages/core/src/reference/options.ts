import type { Capabilities } from '../backend/backend.ts'
import {
  type BinaryOp,
  optionalBinaryOps,
  optionalUnaryOps,
  requiredBinaryOps,
  requiredUnaryOps,
  type UnaryOp,
} from '../backend/opcodes.ts'
import { ArgumentError } from '../errors/index.ts'
import { type DType, dtypes } from '../tensor/dtype.ts'

/** What a {@link referenceBackend} can do less than everything, to stand in for a smaller device. */
export interface ReferenceOptions {
  /** The functions of one argument it has, all required ones among them. Default: all. */
  readonly unary?: Iterable<UnaryOp>
  /** The functions of two arguments it has, all required ones among them. Default: all. */
  readonly binary?: Iterable<BinaryOp>
  /** float32, int32, bool and any others. Default: all five. */
  readonly dtypes?: Iterable<DType>
  /** Whether it takes non-contiguous views; where not, it throws when it gets one. Default: true. */
  readonly strided?: boolean
  /** The most dimensions of a view, at least 4; it throws beyond. Default: 64. */
  readonly maxRank?: number
  /** The most elements of a storage. Default: 2³¹ − 1, the last position that an int32 holds. */
  readonly maxLength?: number
  /** What it says about the range of int32, whose arithmetic stays exact in any case. Default: 2³¹ − 1. */
  readonly maxInt?: number
  /** Whether `gather` and `scatterAdd` throw for indices out of range. Default: true. */
  readonly checksIndices?: boolean
}

const optionNames: Readonly<Record<keyof ReferenceOptions, true>> = {
  unary: true,
  binary: true,
  dtypes: true,
  strided: true,
  maxRank: true,
  maxLength: true,
  maxInt: true,
  checksIndices: true,
}

const largestInt32 = 2 ** 31 - 1
const requiredDTypes: readonly DType[] = ['bool', 'int32', 'float32']

/** The capabilities that the options leave. */
export function capabilitiesOf(given: ReferenceOptions): Capabilities {
  if (typeof given !== 'object' || given === null) {
    throw new ArgumentError('the options are not an object', {
      op: 'referenceBackend',
      received: { options: given },
    })
  }
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(optionNames, name)) continue
    throw invalid(name, 'unknown', value, `one of ${Object.keys(optionNames).join(', ')}`)
  }
  const allUnary = [...requiredUnaryOps, ...optionalUnaryOps]
  const allBinary = [...requiredBinaryOps, ...optionalBinaryOps]
  return {
    unary: subset('unary', given.unary, allUnary, requiredUnaryOps),
    binary: subset('binary', given.binary, allBinary, requiredBinaryOps),
    dtypes: subset('dtypes', given.dtypes, dtypes, requiredDTypes),
    strided: flag('strided', given.strided),
    maxRank: integer('maxRank', given.maxRank, 64, 4),
    maxLength: integer('maxLength', given.maxLength, largestInt32, 1),
    maxInt: integer('maxInt', given.maxInt, largestInt32, 1),
    specialValues: true,
    checksIndices: flag('checksIndices', given.checksIndices),
    deterministic: true,
  }
}

function subset<T extends string>(
  name: keyof ReferenceOptions,
  given: Iterable<T> | undefined,
  all: readonly T[],
  required: readonly T[],
): ReadonlySet<T> {
  if (given === undefined) return new Set(all)
  if (typeof given !== 'object' || given === null || !(Symbol.iterator in given)) {
    throw invalid(name, 'not an array or a set', given, `some of ${all.join(', ')}`)
  }
  const chosen = new Set(given)
  for (const entry of chosen) {
    if (!all.includes(entry)) throw invalid(name, 'unknown', entry, `some of ${all.join(', ')}`)
  }
  for (const entry of required) {
    if (!chosen.has(entry)) throw invalid(name, 'incomplete', [...chosen], `at least ${required.join(', ')}`)
  }
  return chosen
}

function flag(name: keyof ReferenceOptions, given: boolean | undefined): boolean {
  if (given === undefined) return true
  if (typeof given !== 'boolean') throw invalid(name, 'not a boolean', given, 'true or false')
  return given
}

function integer(
  name: keyof ReferenceOptions,
  given: number | undefined,
  byDefault: number,
  least: number,
): number {
  if (given === undefined) return byDefault
  const inRange = Number.isInteger(given) && given >= least && given <= largestInt32
  if (!inRange) throw invalid(name, 'out of range', given, `an integer from ${least} to ${largestInt32}`)
  return given
}

function invalid(name: string, problem: string, received: unknown, expected: string): ArgumentError {
  return new ArgumentError(`the option ${name} is ${problem}`, {
    op: 'referenceBackend',
    received: { [name]: received },
    expected,
  })
}
