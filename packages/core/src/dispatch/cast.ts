import type { DType } from '../tensor/dtype.ts'
import { alias, allocateLike, type Tensor } from '../tensor/tensor.ts'
import { copyView } from './copy.ts'
import { computed } from './prepare.ts'

/** The values in another dtype: a new handle on the same storage where it is the same already. */
export function runCast<D extends DType>(x: Tensor, dtype: D): Tensor<D> {
  if (x.dtype === dtype) return alias(x as Tensor<D>, x.shape, x.strides, x.offset)
  return computed(allocateLike(x, dtype), (out) => copyView(x, out))
}

/** The tensor itself where it is contiguous, else a contiguous copy. */
export function runContiguous<D extends DType>(x: Tensor<D>): Tensor<D> {
  if (x.contiguous) return x
  return computed(allocateLike(x, x.dtype), (out) => copyView(x, out))
}
