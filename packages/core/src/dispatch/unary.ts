import type { OptionalUnaryOp, UnaryOp } from '../backend/opcodes.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { runCast } from './cast.ts'
import { runUnary } from './elementwise.ts'

/** How a function is computed from required ones, where the backend lacks it. */
type Composition = (x: Tensor) => Tensor

/** op(x) in floats: integers and bools become float32. */
export function runFloatUnary(op: UnaryOp, x: Tensor): Tensor {
  return isFloat(x.dtype) ? runUnary(op, x) : tidy(() => runUnary(op, runCast(x, 'float32')))
}

/** The same for a function that backends may lack. */
export function runOptionalUnary(op: OptionalUnaryOp, x: Tensor, compose: Composition): Tensor {
  if (x.storage.backend.caps.unary.has(op)) return runFloatUnary(op, x)
  return tidy(() => compose(isFloat(x.dtype) ? x : runCast(x, 'float32')))
}

/**
 * op(x) in the dtype of `x`, where bool counts as int32.
 *
 * With a composition the function is an optional one, which backends only have for floats.
 */
export function runNumberUnary(op: UnaryOp, x: Tensor, compose?: Composition): Tensor {
  if (x.dtype === 'bool') return tidy(() => runNumberUnary(op, runCast(x, 'int32'), compose))
  const isAvailable = compose === undefined || (isFloat(x.dtype) && x.storage.backend.caps.unary.has(op))
  return isAvailable ? runUnary(op, x) : tidy(() => compose(x))
}

/** op(x) for a function that integers are fixed points of. */
export function runRounding(op: UnaryOp, x: Tensor, compose?: Composition): Tensor {
  if (isFloat(x.dtype)) return runNumberUnary(op, x, compose)
  return x.dtype === 'bool' ? runCast(x, 'int32') : alias(x, x.shape, x.strides, x.offset)
}
