import type { Input } from '../autodiff/node.ts'
import type { BinaryOp } from '../backend/opcodes.ts'
import { DTypeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { scalar } from '../tensor/create.ts'
import { type DType, isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type ArithmeticKind, commonType } from './arithmetic.ts'
import { runCast } from './cast.ts'
import { checkBroadcast, runBinary } from './elementwise.ts'

type BitOp = Extract<BinaryOp, `bitwise${string}` | `${string}Shift`>

/** How a function of integers of one dtype is computed from required ones, where the backend lacks it. */
type Composition = (a: Tensor, b: Tensor) => Tensor

/**
 * out = op(a, b) for integers, in the dtype that both are promoted to; `'any'` also takes two bools to a bool.
 *
 * @param ofBools The function that does the same for bools, of kind `'any'`.
 */
export function runBits(
  op: BitOp,
  a: Input,
  b: Input,
  kind: ArithmeticKind,
  compose: Composition,
  ofBools?: BinaryOp,
): Tensor {
  if (typeof a === 'number' && typeof b === 'number') {
    return tidy(() => runBits(op, wholeScalar(op, a), b, kind, compose, ofBools))
  }
  checkBroadcast(op, a, b)
  const dtype = commonType(op, a, b, kind)
  if (isFloat(dtype)) throw withoutBits(op, { a, b })
  return tidy(() => {
    const { backend } = (typeof a === 'number' ? (b as Tensor) : a).storage
    const converted = (x: Input): Input => (typeof x === 'number' ? x : runCast(x, dtype))
    if (dtype === 'bool' && ofBools !== undefined) return runBinary(ofBools, converted(a), converted(b))
    if (backend.caps.binary.has(op)) return runBinary(op, converted(a), converted(b))
    const asTensor = (x: Input): Tensor =>
      typeof x === 'number' ? scalar(x, { dtype, backend }) : runCast(x, dtype)
    return compose(asTensor(a), asTensor(b))
  })
}

/** The error for a float where bits are meant. */
export function withoutBits(op: string, received: Readonly<Record<string, unknown>>): DTypeError {
  return new DTypeError('the bits of floats cannot be computed with', {
    op,
    received,
    expected: 'int32, uint8 or bool; numbers whole',
    hint: "cast(x, 'int32') first",
  })
}

/** A number as an int32 tensor, or the error that it is none. */
function wholeScalar(op: BitOp, x: number): Tensor {
  const zero: Tensor = scalar(0, { dtype: 'int32' })
  const dtype: DType = commonType(op, zero, x, 'number')
  if (isFloat(dtype)) throw withoutBits(op, { a: x })
  return scalar(x, { dtype: 'int32' })
}
