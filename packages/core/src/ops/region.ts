import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { copyView } from '../dispatch/copy.ts'
import { fillWhole } from '../dispatch/fill.ts'
import { computed } from '../dispatch/prepare.ts'
import { viewOf } from '../dispatch/views.ts'
import type { Shape } from '../tensor/shape.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'

/** A box in a tensor, walked in steps: along each axis its element i is the tensor's element `begin + i·step`. */
export interface Region {
  /** The shape of the tensor that the box lies in. */
  readonly whole: Shape
  readonly begin: readonly number[]
  readonly step: readonly number[]
  /** The shape of the box. */
  readonly shape: Shape
}

/** A region as a view. */
export const sliceRegion: (x: Tensor, region: Region) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'slice',
  inputs: ['x'],
  forward: (x: Tensor, region: Region) => {
    const { shape, strides, offset } = viewOfRegion(x, region)
    return alias(x, shape, strides, offset)
  },
  vjp: { x: (g, _saved, region) => placeRegion(g, { region, value: 0 }) },
})

interface Placement {
  readonly region: Region
  /** What surrounds the region. */
  readonly value: number
}

/** A tensor of one value with `x` in a region: with zeros the adjoint of `sliceRegion`. */
export const placeRegion: (x: Tensor, placement: Placement) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'pad',
  inputs: ['x'],
  forward: (x: Tensor, { region, value }: Placement) =>
    computed(allocate(x.storage.backend, x.dtype, region.whole), (out) => {
      if (x.size < out.size) fillWhole(out, value)
      copyView(x, viewOfRegion(out, region))
    }),
  vjp: { x: (g, _saved, { region }) => sliceRegion(g, region) },
})

/** Where a region lies in a tensor's storage. */
export function viewOfRegion(x: View, { begin, step, shape }: Region): View {
  const offset = begin.reduce((position, start, i) => position + start * x.strides[i]!, x.offset)
  const strides = x.strides.map((stride, i) => stride * step[i]!)
  return viewOf(x.storage, x.dtype, shape, strides, offset)
}

/** Whether a region is all of its tensor, in order. */
export function isWholeRegion({ whole, step, shape }: Region): boolean {
  return shape.every((side, axis) => side === whole[axis] && step[axis] === 1)
}

/** The region of `length` elements along one axis from `start` on, and everything along the others. */
export function regionAlong(whole: Shape, axis: number, start: number, length: number): Region {
  return {
    whole,
    begin: whole.map((_, i) => (i === axis ? start : 0)),
    step: whole.map(() => 1),
    shape: whole.map((side, i) => (i === axis ? length : side)),
  }
}
