import type { Input } from '../autodiff/node.ts'
import type { BinaryOp } from '../backend/opcodes.ts'
import { DTypeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { scalar } from '../tensor/create.ts'
import { type DType, promoteTypes, toFloatType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { runCast } from './cast.ts'
import { runBinary } from './elementwise.ts'

/** Which dtypes an op computes in: as promoted (bool counts as int32), floats only, or, for comparisons, any at all. */
export type ArithmeticKind = 'number' | 'float' | 'any'

/**
 * out = op(a, b) with broadcasting and promotion to one dtype.
 *
 * Numbers are weak: they take the tensor's dtype, unless a fraction meets an integer tensor, which gives float32.
 */
export function runArithmetic<D extends DType = DType>(
  op: BinaryOp,
  a: Input,
  b: Input,
  kind: ArithmeticKind,
  result?: D,
): Tensor<D> {
  if (typeof a === 'number' && typeof b === 'number') {
    return tidy(() => runArithmetic(op, scalar(a), b, kind, result))
  }
  const dtype = commonType(op, a, b, kind)
  if (hasType(a, dtype) && hasType(b, dtype)) return runBinary(op, a, b, result)
  return tidy(() => runBinary(op, withType(a, dtype), withType(b, dtype), result))
}

/** The dtype in which two operands meet. */
export function commonType(op: string, a: Input, b: Input, kind: ArithmeticKind): DType {
  if (typeof a !== 'number' && typeof b !== 'number')
    return computedType(promoteTypes(a.dtype, b.dtype), kind)
  const [x, weak] = typeof a === 'number' ? [b as Tensor, a] : [a, b as number]
  return weakType(op, x.dtype, weak, kind)
}

function computedType(dtype: DType, kind: ArithmeticKind): DType {
  if (kind === 'float') return toFloatType(dtype)
  return kind === 'number' && dtype === 'bool' ? 'int32' : dtype
}

function weakType(op: string, dtype: DType, weak: number, kind: ArithmeticKind): DType {
  const computed =
    kind === 'any' && dtype === 'bool' && weak !== 0 && weak !== 1 ? 'int32' : computedType(dtype, kind)
  if (computed === 'float32' || computed === 'float64') return computed
  if (!Number.isInteger(weak)) return 'float32'
  const [least, most] = computed === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 255]
  if (weak >= least && weak <= most) return computed
  throw new DTypeError(`the number is outside the range of ${computed}`, {
    op,
    received: { number: weak, tensor: dtype },
    expected: `a number from ${least} to ${most}`,
    hint: "cast the tensor to 'int32' or 'float32' first",
  })
}

function hasType(x: Input, dtype: DType): boolean {
  return typeof x === 'number' || x.dtype === dtype
}

function withType(x: Input, dtype: DType): Input {
  return typeof x === 'number' || x.dtype === dtype ? x : runCast(x, dtype)
}
