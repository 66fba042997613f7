import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { allocateHost } from '../tensor/host-data.ts'
import { checkShape } from '../tensor/shape.ts'
import { cloneHandle, type Tensor } from '../tensor/tensor.ts'
import { gatherPositions } from './gather-positions.ts'

/** Position i, which may lie outside, of an axis of `side` elements: which of them it repeats. */
type Rule = (i: number, side: number) => number

/** The modes of padding that repeat elements. */
export type PadRule = 'edge' | 'reflect' | 'symmetric' | 'wrap'

export const padRules: Readonly<Record<PadRule, Rule>> = {
  edge: (i, side) => Math.min(Math.max(i, 0), side - 1),
  // There and back again, without the turning points.
  reflect: (i, side) => (side === 1 ? 0 : fold(remainder(i, 2 * side - 2), 2 * side - 2, side)),
  symmetric: (i, side) => fold(remainder(i, 2 * side), 2 * side - 1, side),
  wrap: remainder,
}

function remainder(i: number, period: number): number {
  return ((i % period) + period) % period
}

/** The second half of a period walks backward. */
function fold(i: number, last: number, side: number): number {
  return i < side ? i : last - i
}

/** The tensor with elements before and after its axes that repeat those inside. */
export function padByRule(
  x: Tensor,
  paddings: readonly (readonly [number, number])[],
  rule: PadRule,
): Tensor {
  const extended = x.shape.map((side, axis) => paddings[axis]![0] + side + paddings[axis]![1])
  checkShape('pad', extended, 'the padded shape')
  x.shape.forEach((side, axis) => {
    if (side > 0 || extended[axis] === 0) return
    throw new ShapeError('an axis without elements has nothing to repeat', {
      op: 'pad',
      received: { x, axis, mode: rule },
      hint: "the mode 'constant' needs no elements",
    })
  })
  return tidy(() =>
    x.shape.reduce((padded: Tensor, side, axis) => {
      if (extended[axis] === side) return padded
      const positions = allocateHost('pad', x.storage.backend, 'int32', extended[axis]!)
      for (let i = 0; i < positions.length; i++) positions[i] = padRules[rule](i - paddings[axis]![0], side)
      return gatherPositions(padded, positions, axis)
    }, cloneHandle(x)),
  )
}
