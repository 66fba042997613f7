import { zeros } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { broadcastTo } from './broadcast-to.ts'

/** The gradients of an op's outputs, with zeros for the outputs that were not used; at least one was. */
export function withZeros(gradients: readonly (Tensor | null)[], shapes: readonly Shape[]): Tensor[] {
  const { dtype, storage } = gradients.find((g) => g !== null)!
  let zero: Tensor | undefined
  return gradients.map((g, i) => {
    if (g !== null) return g
    zero ??= zeros([], { dtype, backend: storage.backend })
    return broadcastTo(zero, shapes[i]!)
  })
}
