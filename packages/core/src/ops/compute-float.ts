import type { Input } from '../autodiff/node.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { runCast } from '../dispatch/cast.ts'
import { checkBroadcast } from '../dispatch/elementwise.ts'
import { tidy } from '../memory/scope.ts'
import { scalar } from '../tensor/create.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Computes a value in floats, integers and bools as float32, and leaves nothing behind. `compute` never returns its argument. */
export function computeFloat(x: Tensor, compute: (f: Tensor) => Tensor): Tensor {
  return tidy(() => compute(isFloat(x.dtype) ? x : runCast(x, 'float32')))
}

/** The same for two arguments, which meet in one dtype; numbers become tensors. */
export function computeFloats(
  op: string,
  a: Input,
  b: Input,
  compute: (a: Tensor, b: Tensor) => Tensor,
): Tensor {
  checkBroadcast(op, a, b)
  return tidy(() => {
    if (typeof a === 'number' && typeof b === 'number') return compute(scalar(a), scalar(b))
    const dtype = commonType(op, a, b, 'float')
    const { backend } = (typeof a === 'number' ? (b as Tensor) : a).storage
    const float = (x: Input): Tensor =>
      typeof x === 'number' ? scalar(x, { dtype, backend }) : x.dtype === dtype ? x : runCast(x, dtype)
    return compute(float(a), float(b))
  })
}
