import { DTypeError, isFloat, type Tensor } from '@tapegrad/core'

export type { RegularizerLike as Regularizer } from '../engine/contracts.ts'

/** Checks that a penalty can have a gradient. */
export function checkFloat(op: string, x: Tensor): void {
  if (isFloat(x.dtype)) return
  throw new DTypeError('the penalty of integers has no gradient', {
    op,
    received: { x },
    expected: 'a float32 or float64 tensor',
  })
}
