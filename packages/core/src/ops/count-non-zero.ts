import { runBinary } from '../dispatch/elementwise.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type ReductionAttributes, type ReductionOptions, withAxes } from './reduction.ts'

/** The number of elements along axes that are not 0; the axes are kept with size 1. */
export function runCount(x: Tensor, { axes }: Pick<ReductionAttributes, 'axes'>): Tensor<'int32'> {
  return tidy(() => runReduction('sum', runBinary('notEqual', x, 0, 'bool'), axes)) as Tensor<'int32'>
}

/**
 * The number of elements along axes that are not 0, Σ [xᵢ ≠ 0].
 *
 * NaN is not 0, −0 is. No gradient flows.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`, one or several (default: all), and `keepDims` (default: false).
 * @returns An int32 tensor of the numbers.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.count_nonzero.html
 * @example
 * ```ts
 * countNonZero(tensor([[0, 1], [2, 3]])) // 3
 * countNonZero(tensor([[0, 1], [2, 3]]), { axis: 1 }) // [1, 2]
 * ```
 */
export function countNonZero(x: Tensor, options?: ReductionOptions): Tensor<'int32'> {
  return withAxes('countNonZero', x, options, runCount)
}
