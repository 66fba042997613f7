import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { reshape } from './reshape.ts'
import { sum } from './sum.ts'

/** Sums a tensor over the axes along which `shape` was broadcast to its shape: the adjoint of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const added = x.shape.length - shape.length
  const axes = x.shape.flatMap((side, i) => (i < added || (shape[i - added] === 1 && side !== 1) ? [i] : []))
  const summed = axes.length > 0 ? sum(x, { axis: axes, keepDims: true }) : x
  return added > 0 ? reshape(summed, shape) : summed
}
