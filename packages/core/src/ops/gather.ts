import { checkInput } from '../autodiff/inputs.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { explainOutside } from './flat-index.ts'
import { checkIndices, checkSelectable, gatherAlong, toInt32 } from './gather-along.ts'
import { reshape } from './reshape.ts'

/**
 * The slices of a tensor at positions of an axis: rows of a table, the embeddings of words.
 *
 * For axis 0, `out[i, j, …] = x[indices[i, j], …]`. Slices that are selected several times get the sum of their
 * gradients.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param indices An int32 or uint8 tensor of any shape, with positions from 0 to the axis's size − 1; negative ones are out of range.
 * @param options `axis` (default: 0).
 * @returns A tensor of shape `[...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]`.
 * @throws {@link DTypeError} for indices of another dtype, {@link ShapeError} for an axis that the tensor does not have, {@link IndexError} for an index out of range, where the backend checks indices; else the result is NaN there, for integers 0.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.take.html
 * @example
 * ```ts
 * const rows = tensor([2, 0], { dtype: 'int32' })
 * gather(tensor([[1, 2], [3, 4], [5, 6]]), rows) // [[5, 6], [1, 2]]
 * ```
 */
export function gather<D extends DType>(
  x: Tensor<D>,
  indices: Tensor,
  options: { readonly axis?: number } = {},
): Tensor<D> {
  checkInput('gather', 'x', x)
  checkIndices('gather', indices, x)
  checkOptionNames('gather', options, ['axis'])
  return gatherSlices('gather', x, indices, options.axis ?? 0)
}

/** The same for a function of another name, which has checked its tensors. */
export function gatherSlices<D extends DType>(
  op: string,
  x: Tensor<D>,
  indices: Tensor,
  selected: number,
): Tensor<D> {
  const { shape } = x
  const axis = normalizeAxis(op, selected, shape.length)
  checkSelectable(op, x, axis, indices)
  return tidy(() => {
    const index = indexAlong(indices, shape.length, axis)
    const length = shape[axis]!
    const slices = explainOutside(op, { indices }, [length], () => gatherAlong(x, index, { axis, length }))
    if (indices.shape.length === 1) return slices as Tensor<D>
    return reshape(slices, [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)]) as Tensor<D>
  })
}

/** All indices along one axis, with size 1 along the others. */
export function indexAlong(indices: Tensor, rank: number, axis: number): Tensor<'int32'> {
  const shape = Array.from({ length: rank }, (_, i) => (i === axis ? indices.size : 1))
  return reshape(toInt32(indices), shape)
}
