import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis, sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkTensors, concat } from './concat.ts'
import { insertAxes } from './unit-axes.ts'

/**
 * Tensors of one shape along a new axis.
 *
 * @param tensors At least one tensor; their dtypes are promoted.
 * @param options `axis` (default: 0): where the new axis lies in the result.
 * @returns A tensor with one more axis, whose size is the number of tensors.
 * @throws {@link ArgumentError} for no tensors, {@link ShapeError} for different shapes or an axis outside the result.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.stack.html
 * @example
 * ```ts
 * stack([tensor([1, 2]), tensor([3, 4])]) // [[1, 2], [3, 4]]
 * stack([tensor([1, 2]), tensor([3, 4])], { axis: -1 }) // [[1, 3], [2, 4]]
 * ```
 */
export function stack<D extends DType>(
  tensors: readonly Tensor<D>[],
  options?: { readonly axis?: number },
): Tensor<D>
export function stack(tensors: readonly Tensor[], options?: { readonly axis?: number }): Tensor
export function stack(tensors: readonly Tensor[], options: { readonly axis?: number } = {}): Tensor {
  checkTensors('stack', tensors)
  checkOptionNames('stack', options, ['axis'])
  const [first] = tensors as readonly [Tensor]
  const axis = normalizeAxis('stack', options.axis ?? 0, first.shape.length + 1)
  const different = tensors.findIndex((x) => !sameShape(x.shape, first.shape))
  if (different >= 0) {
    throw new ShapeError('the tensors have different shapes', {
      op: 'stack',
      received: { 'tensors[0]': first, [`tensors[${different}]`]: tensors[different] },
      hint: 'to join along an axis that they have, use concat()',
    })
  }
  return tidy(() =>
    concat(
      tensors.map((x) => insertAxes(x, [axis])),
      { axis },
    ),
  )
}
