import { arange } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { broadcastTo } from './broadcast-to.ts'
import { reshape } from './reshape.ts'

/** The position of each element along an axis, int32, in the tensor's shape. */
export function positionsAlong(x: Tensor, axis: number): Tensor<'int32'> {
  const length = x.shape[axis]!
  const positions = arange(length, { dtype: 'int32', backend: x.storage.backend })
  const shape = x.shape.map((_, i) => (i === axis ? length : 1))
  return broadcastTo(reshape(positions, shape), x.shape)
}
