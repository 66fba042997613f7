import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { checkShape, type Shape, sameShape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { explainOutside, flatIndex } from './flat-index.ts'
import { checkIndices, toInt32 } from './gather-along.ts'
import { splitAxes } from './gather-nd.ts'
import { reshape } from './reshape.ts'
import { addRows, checkPositions } from './rows.ts'

/**
 * Zeros with updates added at multi-indices of the first axes; positions named several times get the sum.
 *
 * With K indices along the last axis of `indices`, every `updates[i…]` is added to
 * `out[indices[i…, 0], …, indices[i…, K − 1]]`: what {@link gatherND} reads is what this writes.
 *
 * @param indices An int32 or uint8 tensor of shape `[…, K]`, K at most the rank of the result, with positions from 0 to the axes' sizes − 1; negative ones are out of range.
 * @param updates A tensor of shape `[...indices.shape.slice(0, -1), ...shape.slice(K)]` and any dtype.
 * @param shape The shape of the result.
 * @returns A tensor of the updates' dtype; bool counts as int32, integers wrap.
 * @throws {@link DTypeError} for indices of another dtype, {@link ShapeError} for updates of another shape, or more indices than axes, {@link IndexError} for an index out of range, where the backend checks indices; else its update is dropped.
 * @see https://www.tensorflow.org/api_docs/python/tf/scatter_nd
 * @example
 * ```ts
 * const indices = tensor([[0, 1], [1, 0], [0, 1]], { dtype: 'int32' })
 * scatterND(indices, tensor([1, 2, 3]), [2, 2]) // [[0, 4], [2, 0]]
 * ```
 */
export function scatterND(indices: Tensor, updates: Tensor, shape: Shape): Tensor {
  checkIndices('scatterND', indices)
  checkInput('scatterND', 'updates', updates)
  checkSameBackend('scatterND', indices, updates)
  const whole = checkShape('scatterND', shape)
  const { outer, sides, rest } = splitAxes('scatterND', indices, whole)
  if (!sameShape(updates.shape, [...outer, ...rest])) {
    throw new ShapeError('the updates do not have the shape that the indices select', {
      op: 'scatterND',
      received: { indices, updates, shape },
      expected: `updates of shape [${[...outer, ...rest].join(', ')}]`,
    })
  }
  checkPositions('scatterND', sizeOf(sides), sizeOf(outer), { indices, shape })
  return tidy(() => {
    const multi = reshape(toInt32(indices), [sizeOf(outer), sides.length])
    const numbers = cast(updates, commonType('scatterND', updates, updates, 'number'))
    const rows = reshape(numbers, [sizeOf(outer), sizeOf(rest)])
    const index = flatIndex('scatterND', multi, sides)
    const sums = explainOutside('scatterND', { indices, shape }, sides, () =>
      addRows(index, rows, sizeOf(sides)),
    )
    return reshape(sums, whole)
  })
}
