import { all, equal, logicalOr, mul, sub, type Tensor, where } from '@tapegrad/core'

/** Targets of −1 and 1: what is 0 and 1 everywhere is mapped, other targets stay as they are. */
export function hingeLabels(targets: Tensor): Tensor {
  const isBinary = all(logicalOr(equal(targets, 0), equal(targets, 1)))
  return where(isBinary, sub(mul(targets, 2), 1), targets)
}
