import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { broadcastStrides } from '../dispatch/views.ts'
import { ShapeError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import { broadcastShape, checkShape, type Shape, sameShape } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'

/** {@link broadcastTo} to a shape that is known to fit. */
export const expandTo: (x: Tensor, shape: Shape) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'broadcastTo',
  inputs: ['x'],
  forward: (x: Tensor, shape: Shape) => alias(x, shape, broadcastStrides(x, shape), x.offset),
  // The repeated elements' gradients are summed centrally, as for every broadcast input.
  vjp: { x: (g) => g },
})

/**
 * A view that repeats the tensor along new axes and axes of size 1; nothing is copied.
 *
 * @param shape The wanted shape, to which the tensor's must broadcast.
 * @throws {@link ShapeError} when it does not.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.broadcast_to.html
 * @example
 * ```ts
 * broadcastTo(tensor([1, 2]), [3, 2]) // [[1, 2], [1, 2], [1, 2]]
 * ```
 */
export function broadcastTo<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  checkInput('broadcastTo', 'x', x)
  const target = checkShape('broadcastTo', shape)
  const common = broadcastShape(x.shape, target)
  if (common === undefined || !sameShape(common, target)) {
    throw new ShapeError('the tensor does not broadcast to the shape', {
      op: 'broadcastTo',
      received: { x, shape },
    })
  }
  return expandTo(x, target) as Tensor<D>
}
