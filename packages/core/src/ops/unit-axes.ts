import { defineOpWith } from '../autodiff/define-op.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'

/** A view with axes of size 1 at the given positions of the result, ascending. */
export const insertAxes: (x: Tensor, axes: readonly number[]) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'expandDims',
  inputs: ['x'],
  forward: (x: Tensor, axes: readonly number[]) => {
    const shape = [...x.shape]
    const strides = [...x.strides]
    for (const axis of axes) {
      // The stride that keeps a row-major view row-major.
      strides.splice(axis, 0, (strides[axis] ?? 1) * (shape[axis] ?? 1))
      shape.splice(axis, 0, 1)
    }
    return alias(x, shape, strides, x.offset)
  },
  vjp: { x: (g, _saved, axes) => removeAxes(g, axes) },
})

/** A view without the given axes, ascending, all of size 1. */
export const removeAxes: (x: Tensor, axes: readonly number[]) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'squeeze',
  inputs: ['x'],
  forward: (x: Tensor, axes: readonly number[]) =>
    alias(
      x,
      x.shape.filter((_, i) => !axes.includes(i)),
      x.strides.filter((_, i) => !axes.includes(i)),
      x.offset,
    ),
  vjp: { x: (g, _saved, axes) => insertAxes(g, axes) },
})
