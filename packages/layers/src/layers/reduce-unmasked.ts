import { logicalOr, type Tensor, where } from '@tapegrad/core'
import type { Masks } from './merge.ts'

/** Combines tensors two at a time by a function without a neutral element; where one is masked, the other stays. */
export function reduceUnmasked(
  combine: (a: Tensor, b: Tensor) => Tensor,
  [first, ...others]: readonly Tensor[],
  [firstMask, ...otherMasks]: Masks,
): Tensor {
  let output = first!
  let outputMask = firstMask ?? null
  others.forEach((x, i) => {
    const mask = otherMasks[i] ?? null
    const right = mask === null ? x : where(mask, x, output)
    const left = outputMask === null ? output : where(outputMask, output, right)
    output = combine(left, right)
    outputMask = mask === null || outputMask === null ? null : logicalOr(outputMask, mask)
  })
  return output
}
