import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { runContiguous } from '../dispatch/cast.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import { checkShape, rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'

interface ReshapeAttributes {
  readonly from: Shape
  readonly to: Shape
}

/** {@link reshape} to sizes that are known to fit. */
export const reshapeTo: (x: Tensor, attributes: ReshapeAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'reshape',
  inputs: ['x'],
  forward: (x: Tensor, { to }: ReshapeAttributes) => {
    const whole = runContiguous(x)
    const out = alias(whole, to, rowMajorStrides(to), whole.offset)
    if (whole !== x) whole.dispose()
    return out
  },
  vjp: { x: (g, _saved, { from, to }) => reshapeTo(g, { from: to, to: from }) },
})

/**
 * The same elements in row-major order under another shape; contiguous tensors are not copied.
 *
 * @param shape The new shape. One size may be −1: it follows from the others.
 * @throws {@link ShapeError} when the sizes do not multiply to the number of elements.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.reshape.html
 * @example
 * ```ts
 * reshape(arange(6), [2, -1]).shape // [2, 3]
 * ```
 */
export function reshape<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  checkInput('reshape', 'x', x)
  return reshapeTo(x, { from: x.shape, to: resolveShape(x, shape) }) as Tensor<D>
}

function resolveShape(x: Tensor, shape: Shape): Shape {
  const unknown = Array.isArray(shape) ? shape.indexOf(-1) : -1
  if (unknown < 0) {
    const to = checkShape('reshape', shape)
    if (sizeOf(to) !== x.size) throw notReshapable(x, shape)
    return to
  }
  if (shape.lastIndexOf(-1) !== unknown) {
    throw new ArgumentError('more than one size is −1', { op: 'reshape', received: { x, shape } })
  }
  const known = checkShape(
    'reshape',
    shape.filter((_, i) => i !== unknown),
  )
  const side = x.size / sizeOf(known)
  // 0/0: nothing determines the size.
  if (!Number.isInteger(side)) throw notReshapable(x, shape)
  return Object.freeze(shape.map((given, i) => (i === unknown ? side : given)))
}

function notReshapable(x: Tensor, shape: Shape): ShapeError {
  return new ShapeError('the shape holds another number of elements', {
    op: 'reshape',
    received: { x, shape, elements: x.size },
    hint: 'use -1 for one size to have it computed',
  })
}
