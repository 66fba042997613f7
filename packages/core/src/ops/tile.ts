import { checkInput } from '../autodiff/inputs.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { checkShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { broadcastTo } from './broadcast-to.ts'
import { reshape } from './reshape.ts'
import { insertAxes } from './unit-axes.ts'

/**
 * The tensor repeated along its axes.
 *
 * @param x A tensor of any dtype.
 * @param repeats How often along each axis. Where it is shorter than the shape, leading axes are not repeated; where it is longer, the tensor gets leading axes.
 * @returns A tensor of shape `repeats[i] · shape[i]`, aligned at the last axis.
 * @throws {@link ShapeError} for repeats that are not whole numbers of at least 0, {@link ArgumentError} where they are no array.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tile.html
 * @example
 * ```ts
 * tile(tensor([1, 2]), [2]) // [1, 2, 1, 2]
 * tile(tensor([1, 2]), [2, 1]) // [[1, 2], [1, 2]]
 * ```
 */
export function tile<D extends DType>(x: Tensor<D>, repeats: readonly number[]): Tensor<D> {
  checkInput('tile', 'x', x)
  const given = checkShape('tile', repeats, 'repeats')
  const rank = Math.max(x.shape.length, given.length)
  const added = rank - x.shape.length
  const counts = [...new Array<number>(rank - given.length).fill(1), ...given]
  const sides = [...new Array<number>(added).fill(1), ...x.shape]
  return tidy(() => {
    // [s₀, s₁] as [1, s₀, 1, s₁], stretched to [r₀, s₀, r₁, s₁] and joined in pairs.
    const paired = insertAxes(
      x,
      sides.flatMap((_, i) => (i < added ? [2 * i, 2 * i + 1] : [2 * i])),
    )
    const stretched = broadcastTo(
      paired,
      sides.flatMap((side, i) => [counts[i]!, side]),
    )
    return reshape(
      stretched,
      sides.map((side, i) => counts[i]! * side),
    ) as Tensor<D>
  })
}
