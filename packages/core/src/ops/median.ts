import { checkInput } from '../autodiff/inputs.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { quantilesAlong } from './quantile.ts'
import { placeOf } from './quantile-places.ts'
import { type ReductionOptions, reductionOptionNames } from './reduction.ts'
import { reshape } from './reshape.ts'

/**
 * The middle of the elements along axes in ascending order, and the mean of the middle two of an even number.
 *
 * Gradients go back to the element, or half to each of the two.
 *
 * @param x A tensor of any dtype; integers and bools give float32.
 * @param options `axis`, one or several that are taken together (default: all), and `keepDims` (default: false).
 * @returns A float tensor; NaN where any element is NaN.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} where there are no elements.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.median.html
 * @example
 * ```ts
 * median(tensor([5, 1, 2])) // 2
 * median(tensor([[4, 1], [2, 8]]), { axis: 1 }) // [2.5, 5]
 * ```
 */
export function median(x: Tensor, options: ReductionOptions = {}): Tensor {
  checkInput('median', 'x', x)
  checkOptionNames('median', options, reductionOptionNames)
  return tidy(() => {
    const all = quantilesAlong('median', x, options, (length) => [placeOf((length - 1) / 2, 'midpoint')])
    return reshape(all, all.shape.slice(1))
  })
}
