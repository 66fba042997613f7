import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { normalizeAxis, sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { cast } from './cast.ts'
import { indexAlong } from './gather.ts'
import { checkIndices, checkSelectable, scatterAlong } from './gather-along.ts'
import { reshape } from './reshape.ts'

/**
 * A tensor with updates added at positions of an axis; positions named several times get the sum.
 *
 * For axis 0, every `updates[i, j, …]` is added to `x[indices[i, j], …]`: what {@link gather} reads is what this
 * writes. The tensor itself does not change.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param indices An int32 or uint8 tensor of any shape, with positions from 0 to the axis's size − 1; negative ones are out of range.
 * @param updates A tensor of shape `[...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]`.
 * @param options `axis` (default: 0).
 * @returns A tensor of x's shape and the promoted dtype; bool counts as int32, integers wrap.
 * @throws {@link DTypeError} for indices of another dtype, {@link ShapeError} for updates of another shape or an axis that the tensor does not have, {@link IndexError} for an index out of range, where the backend checks indices; else its update is dropped.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ufunc.at.html
 * @example
 * ```ts
 * const rows = tensor([0, 2, 0], { dtype: 'int32' })
 * scatterAdd(zeros([3]), rows, tensor([1, 2, 3])) // [4, 0, 2]
 * ```
 */
export function scatterAdd(
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  options: { readonly axis?: number } = {},
): Tensor {
  checkInput('scatterAdd', 'x', x)
  checkIndices('scatterAdd', indices, x)
  checkInput('scatterAdd', 'updates', updates)
  checkSameBackend('scatterAdd', x, updates)
  checkOptionNames('scatterAdd', options, ['axis'])
  const { shape } = x
  const axis = normalizeAxis('scatterAdd', options.axis ?? 0, shape.length)
  const before = shape.slice(0, axis)
  const after = shape.slice(axis + 1)
  if (!sameShape(updates.shape, [...before, ...indices.shape, ...after])) {
    throw new ShapeError('the updates do not have the shape that the indices select', {
      op: 'scatterAdd',
      received: { x, indices, updates, axis },
      expected: `updates of shape [${[...before, ...indices.shape, ...after].join(', ')}]`,
    })
  }
  checkSelectable('scatterAdd', x, axis, indices)
  return tidy(() => {
    const index = indexAlong(indices, shape.length, axis)
    // Before they are added up: sums of updates may not fit their own dtype.
    const numbers = cast(updates, commonType('scatterAdd', x, updates, 'number'))
    const slices = reshape(numbers, [...before, indices.size, ...after])
    return add(x, scatterAlong(index, slices, { axis, length: shape[axis]! }))
  })
}
