import { defineOpWith } from '../autodiff/define-op.ts'
import { runContiguous } from '../dispatch/cast.ts'
import { tidy } from '../memory/scope.ts'
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { reshapeTo } from './reshape.ts'
import { inversePermutation, permuteAxes } from './transpose.ts'

/** Which axes become one, for each axis of the result. */
export interface AxisGroups {
  /** Every axis of the tensor is named once. */
  readonly groups: readonly (readonly number[])[]
  /** The tensor's shape. */
  readonly shape: Shape
}

/** A tensor whose axes are ordered and merged in groups: a view where one stride walks each group, else a copy. */
export const mergeAxes: (x: Tensor, attributes: AxisGroups) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'mergeAxes',
  inputs: ['x'],
  forward: (x: Tensor, { groups }: AxisGroups) => {
    const merged = mergedShape(groups, x.shape)
    const strides = groups.flatMap((group) => strideOf(x, group) ?? [])
    if (strides.length === groups.length) return alias(x, merged, strides, x.offset)
    return tidy(() => {
      const order = groups.flat()
      const permuted = alias(x, pick(x.shape, order), pick(x.strides, order), x.offset)
      const whole = runContiguous(permuted)
      return alias(whole, merged, rowMajorStrides(merged), whole.offset)
    })
  },
  vjp: {
    x: (g, _saved, { groups, shape }) => {
      const order = groups.flat()
      const apart = reshapeTo(g, { from: mergedShape(groups, shape), to: pick(shape, order) })
      return permuteAxes(apart, inversePermutation(order))
    },
  },
})

function mergedShape(groups: AxisGroups['groups'], shape: Shape): number[] {
  return groups.map((group) => sizeOf(pick(shape, group)))
}

/** The stride that walks a group of axes in order, where there is one. */
function strideOf({ shape, strides }: Tensor, group: readonly number[]): number | undefined {
  for (let i = 0; i + 1 < group.length; i++) {
    const [outer, inner] = [group[i]!, group[i + 1]!]
    if (strides[outer] !== strides[inner]! * shape[inner]!) return undefined
  }
  return group.length === 0 ? 0 : strides[group.at(-1)!]
}

function pick(of: readonly number[], order: readonly number[]): number[] {
  return order.map((axis) => of[axis]!)
}
