import { defineOpWith } from '../autodiff/define-op.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { onesLike } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { concat } from './concat.ts'
import { mul } from './mul.ts'
import { type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'
import { regionAlong, sliceRegion } from './region.ts'

const prodAxes: (x: Tensor, attributes: ReductionAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'prod',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, { axes }: ReductionAttributes) => runReduction('prod', x, axes),
  vjp: {
    x: (g, { x }, { axes }) => {
      // One axis after the other: what is left of one is the argument of the next.
      let rest = x
      let gradient = g
      for (const axis of axes) {
        gradient = mul(gradient, productOfOthers(rest, axis))
        rest = prod(rest, { axis, keepDims: true })
      }
      return gradient
    },
  },
})

/**
 * For each element the product of the others along an axis, without divisions: zeros among them do no harm.
 *
 * Elements are multiplied in pairs; the others of an element are its partner and the others of the pair.
 */
function productOfOthers(x: Tensor, axis: number): Tensor {
  const count = x.shape[axis]!
  if (count < 2) return onesLike(x)
  const half = count >> 1
  const [left, right] = [range(x, axis, 0, half), range(x, axis, half, half)]
  const pairs = mul(left, right)
  const isOdd = count > 2 * half
  const others = productOfOthers(isOdd ? concat([pairs, range(x, axis, 2 * half, 1)], { axis }) : pairs, axis)
  const ofPairs = isOdd ? range(others, axis, 0, half) : others
  const parts = [mul(ofPairs, right), mul(ofPairs, left)]
  if (isOdd) parts.push(range(others, axis, half, 1))
  return concat(parts, { axis })
}

function range(x: Tensor, axis: number, start: number, length: number): Tensor {
  return sliceRegion(x, regionAlong(x.shape, axis, start, length))
}

/**
 * The product of the elements along axes, Π xᵢ.
 *
 * The gradient of an element is the product of the others, zeros included.
 *
 * @param x A tensor of any dtype; bool and uint8 are multiplied as int32, which wraps.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns The products; 1 where there is nothing to multiply.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.prod.html
 * @example
 * ```ts
 * prod(tensor([[1, 2], [3, 4]])) // 24
 * prod(tensor([[1, 2], [3, 4]]), { axis: 0 }) // [3, 8]
 * ```
 */
export function prod(x: Tensor, options?: ReductionOptions): Tensor {
  return withAxes('prod', x, options, prodAxes)
}
