import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { expandDims } from './expand-dims.ts'
import { squeeze } from './squeeze.ts'

/** Solves for right sides that may be one vector: it is a column for `solve`, and the result a vector again. */
export function withColumns(b: Tensor, solve: (b: Tensor) => Tensor): Tensor {
  if (b.shape.length > 1) return solve(b)
  return tidy(() => squeeze(solve(expandDims(b, { axis: -1 })), { axis: -1 }))
}
