import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { copyView } from '../dispatch/copy.ts'
import { fillWhole } from '../dispatch/fill.ts'
import { computed } from '../dispatch/prepare.ts'
import { viewOf } from '../dispatch/views.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import type { AxisGroups } from './merge-axes.ts'

/** A view of the elements whose positions along the axes of each group are equal; each group is one axis of it. */
export const commonDiagonal: (x: Tensor, attributes: AxisGroups) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'diagonal',
  inputs: ['x'],
  forward: (x: Tensor, attributes: AxisGroups) => {
    const { shape, strides, offset } = diagonalView(x, attributes)
    return alias(x, shape, strides, offset)
  },
  vjp: { x: (g, _saved, attributes) => placeOnDiagonal(g, attributes) },
})

/** Zeros with a tensor on such a diagonal. */
const placeOnDiagonal: (x: Tensor, attributes: AxisGroups) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'diagonal',
  inputs: ['x'],
  forward: (x: Tensor, attributes: AxisGroups) =>
    computed(allocate(x.storage.backend, x.dtype, attributes.shape), (out) => {
      fillWhole(out, 0)
      copyView(x, diagonalView(out, attributes))
    }),
  vjp: { x: (g, _saved, attributes) => commonDiagonal(g, attributes) },
})

function diagonalView(x: View, { groups }: AxisGroups): View {
  const shape = groups.map((group) => x.shape[group[0]!]!)
  const strides = groups.map((group) => group.reduce((sum, axis) => sum + x.strides[axis]!, 0))
  return viewOf(x.storage, x.dtype, shape, strides, x.offset)
}
