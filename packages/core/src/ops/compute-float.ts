import { runCast } from '../dispatch/cast.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Computes a value in floats, integers and bools as float32, and leaves nothing behind. `compute` never returns its argument. */
export function computeFloat(x: Tensor, compute: (f: Tensor) => Tensor): Tensor {
  return tidy(() => compute(isFloat(x.dtype) ? x : runCast(x, 'float32')))
}
