import { checkInput } from '../autodiff/inputs.ts'
import { checkFlag } from '../errors/flag.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { gatherAlong } from './gather-along.ts'
import { partAlong } from './scan.ts'
import { sortPositions } from './sort-positions.ts'
import type { ValuesAndIndices } from './values-and-indices.ts'

/** Which elements {@link topK} takes. */
export interface TopKOptions {
  /** Negative ones count from the last. Default: −1. */
  readonly axis?: number
  /** Whether the greatest are taken, or else the smallest. Default: true. */
  readonly largest?: boolean
}

/**
 * The k largest elements along an axis, the largest first, and their positions.
 *
 * Of equal elements the first ones count. NaN counts as greater than every number. Gradients go back to where the
 * elements came from.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param k How many elements, a whole number from 0 to the axis's size.
 * @param options `axis` (default: −1) and `largest` (default: true); without it the smallest, the smallest first.
 * @returns `values`, in the dtype of x, and `indices`, their int32 positions, both with k elements along the axis.
 * @throws {@link ArgumentError} for a k outside its range, {@link ShapeError} for an axis that the tensor does not have.
 * @see https://pytorch.org/docs/stable/generated/torch.topk.html
 * @example
 * ```ts
 * topK(tensor([1, 4, 2, 3]), 2).values // [4, 3]
 * topK(tensor([1, 4, 2, 3]), 2).indices // [1, 3]
 * topK(tensor([[1, 4], [3, 2]]), 1, { axis: 0, largest: false }).values // [[1, 2]]
 * ```
 */
export function topK<D extends DType>(
  x: Tensor<D>,
  k: number,
  options: TopKOptions = {},
): ValuesAndIndices<D> {
  checkInput('topK', 'x', x)
  checkOptionNames('topK', options, ['axis', 'largest'])
  const axis = normalizeAxis('topK', options.axis ?? -1, x.shape.length)
  const descending = checkFlag('topK', 'largest', options.largest, true)
  const length = x.shape[axis]!
  if (!Number.isInteger(k) || k < 0 || k > length) {
    throw new ArgumentError('k is not a number of elements that the axis has', {
      op: 'topK',
      received: { x, k, axis },
      expected: `a whole number from 0 to ${length}`,
    })
  }
  return tidy(() => {
    const positions = sortPositions(x, { axis, descending })
    const indices = partAlong(positions, axis, 0, k) as Tensor<'int32'>
    return { values: gatherAlong(x, indices, { axis, length }) as Tensor<D>, indices }
  })
}
