import { checkInput } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { type Shape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { explainOutside, flatIndex } from './flat-index.ts'
import { checkIndices, toInt32 } from './gather-along.ts'
import { reshape } from './reshape.ts'
import { checkPositions, gatherRows } from './rows.ts'

/**
 * The slices of a tensor at multi-indices of its first axes.
 *
 * With K indices along the last axis of `indices`, `out[i…] = x[indices[i…, 0], …, indices[i…, K − 1]]`: elements where
 * K is the rank, else slices. Those that are selected several times get the sum of their gradients.
 *
 * @param x A tensor of any dtype.
 * @param indices An int32 or uint8 tensor of shape `[…, K]`, K at most the rank, with positions from 0 to the axes' sizes − 1; negative ones are out of range.
 * @returns A tensor of shape `[...indices.shape.slice(0, -1), ...x.shape.slice(K)]`.
 * @throws {@link DTypeError} for indices of another dtype, {@link ShapeError} for indices without axes or more than the tensor has, {@link IndexError} for an index out of range, where the backend checks indices; else the result is NaN there, for integers 0.
 * @see https://www.tensorflow.org/api_docs/python/tf/gather_nd
 * @example
 * ```ts
 * const x = tensor([[1, 2], [3, 4]])
 * gatherND(x, tensor([[0, 1], [1, 0]], { dtype: 'int32' })) // [2, 3]
 * gatherND(x, tensor([[1]], { dtype: 'int32' })) // [[3, 4]]
 * ```
 */
export function gatherND<D extends DType>(x: Tensor<D>, indices: Tensor): Tensor<D> {
  checkInput('gatherND', 'x', x)
  checkIndices('gatherND', indices, x)
  const { outer, sides, rest } = splitAxes('gatherND', indices, x.shape)
  checkPositions('gatherND', sizeOf(sides), sizeOf(outer), { x, indices })
  return tidy(() => {
    const multi = reshape(toInt32(indices), [sizeOf(outer), sides.length])
    const rows = reshape(x, [sizeOf(sides), sizeOf(rest)])
    const index = flatIndex('gatherND', multi, sides)
    const selected = explainOutside('gatherND', { x, indices }, sides, () => gatherRows(rows, index))
    return reshape(selected, [...outer, ...rest]) as Tensor<D>
  })
}

/** The axes of multi-indices before the last, and those of a shape that they name and the others. */
export function splitAxes(
  op: string,
  indices: Tensor,
  shape: Shape,
): Readonly<Record<'outer' | 'sides' | 'rest', Shape>> {
  const named = indices.shape.at(-1)
  if (named === undefined) {
    throw new ShapeError('indices is a scalar', {
      op,
      received: { indices },
      expected: 'multi-indices along the last axis',
      hint: 'reshape it to [1] to name a position of the first axis',
    })
  }
  if (named > shape.length) {
    throw new ShapeError('the multi-indices are of more axes than there are', {
      op,
      received: { indices, shape },
      expected: `at most ${shape.length} along the last axis of indices`,
    })
  }
  return { outer: indices.shape.slice(0, -1), sides: shape.slice(0, named), rest: shape.slice(named) }
}
