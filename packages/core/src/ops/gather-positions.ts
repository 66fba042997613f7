import { tidy } from '../memory/scope.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { indexAlong } from './gather.ts'
import { gatherAlong } from './gather-along.ts'

/** The slices at positions of an axis that are known on the host, and known to lie inside. */
export function gatherPositions(x: Tensor, positions: Int32Array, axis: number): Tensor {
  return tidy(() => {
    const index = tensor(positions, { backend: x.storage.backend })
    return gatherAlong(x, indexAlong(index, x.shape.length, axis), { axis, length: x.shape[axis]! })
  })
}
