import { ArgumentError, DTypeError, isFloat, Tensor } from '@tapegrad/core'

export type { RegularizerLike as Regularizer } from '../engine/contracts.ts'

/** Checks that a penalty can be computed of it, and has a gradient. */
export function checkFloat(op: string, x: unknown): asserts x is Tensor {
  if (!(x instanceof Tensor)) throw new ArgumentError('x is not a tensor', { op, received: { x } })
  if (isFloat(x.dtype)) return
  throw new DTypeError('the penalty of integers has no gradient', {
    op,
    received: { x },
    expected: 'a float32 or float64 tensor',
  })
}
