import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { DTypeError } from '../errors/index.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Throws where a mask is not a usable bool tensor on the backend of `x`. */
export function checkMask(op: string, mask: Tensor, x: Tensor): void {
  checkInput(op, 'mask', mask)
  checkSameBackend(op, x, mask)
  if (mask.dtype === 'bool') return
  throw new DTypeError('the mask is not bool', {
    op,
    received: { mask },
    expected: 'bool, true for what counts',
    hint: "cast(mask, 'bool')",
  })
}
