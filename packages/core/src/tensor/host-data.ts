import type { Backend } from '../backend/backend.ts'
import { ArgumentError, DTypeError, OutOfMemoryError } from '../errors/index.ts'
import { allocateData, type Data, type DataOf, type DType, isFloat } from './dtype.ts'
import { checkLength } from './storage.ts'
import { checkDTypeSupported } from './tensor.ts'

/*
 * Values on their way to a backend. What the backend could not hold anyway is refused before there is room for it on
 * the host.
 */

const integerRange: { readonly [D in DType]?: readonly [number, number] } = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
}

/** Room on the host for a tensor's values. */
export function allocateHost<D extends DType>(
  op: string,
  backend: Backend,
  dtype: D,
  length: number,
): DataOf[D] {
  checkDTypeSupported(backend, dtype)
  checkLength(backend, dtype, length)
  try {
    return allocateData(dtype, length)
  } catch (cause) {
    throw new OutOfMemoryError('there is no memory for the values', {
      op,
      received: { dtype, elements: length },
      cause,
    })
  }
}

/** Host data with `at(i)` at every position, checked for the range of integers. */
export function generate(
  op: string,
  backend: Backend,
  dtype: DType,
  length: number,
  at: (position: number) => number,
): Data {
  const data = allocateHost(op, backend, dtype, length)
  if (isFloat(dtype)) for (let i = 0; i < length; i++) data[i] = at(i)
  else for (let i = 0; i < length; i++) data[i] = toElement(op, at(i), dtype, i)
  return data
}

function toElement(op: string, value: number, dtype: DType, position: number): number {
  if (dtype === 'bool') return Number(value !== 0)
  const range = integerRange[dtype]
  if (range === undefined || (Number.isInteger(value) && value >= range[0] && value <= range[1])) return value
  throw new DTypeError(`a value is not a whole number in the range of ${dtype}`, {
    op,
    received: { value, position },
    expected: `whole numbers from ${range[0]} to ${range[1]}`,
    hint: 'make a float32 tensor and cast() it where truncation is meant',
  })
}

/** Checks a number that is written into a tensor of `dtype`. */
export function checkFillValue(op: string, value: unknown, dtype: DType): number {
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ArgumentError('the value is not a number', { op, received: { value } })
  }
  return toElement(op, Number(value), dtype, 0)
}
