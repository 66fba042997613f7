import { checkInput } from '../autodiff/inputs.ts'
import { isRecording } from '../autodiff/recording.ts'
import { stopGradient } from '../autodiff/stop-gradient.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { equal } from './equal.ts'
import { gatherSlices } from './gather.ts'
import { checkIndices } from './gather-along.ts'
import { insertAxes } from './unit-axes.ts'
import { where } from './where.ts'

/** What {@link embedding} treats apart. */
export interface EmbeddingLookupOptions {
  /** A row that gets no gradient: that of padding. Default: none. */
  readonly paddingIndex?: number | null
}

/**
 * The rows of a table at given indices, out[…, d] = table[indices[…], d]: the vectors of words.
 *
 * Rows that are selected several times get the sum of their gradients; other rows get 0.
 *
 * @param table Shape [n, d], of any dtype.
 * @param indices An int32 or uint8 tensor of any shape, with numbers from 0 to n − 1.
 * @param options `paddingIndex`, a row that gets no gradient (default: none).
 * @returns A tensor of shape `[...indices.shape, d]` and the table's dtype.
 * @throws {@link DTypeError} for indices of another dtype, {@link ShapeError} for a table that is not a matrix.
 * @throws {@link IndexError} for an index out of range, where the backend checks indices; else the result is NaN there, for integers 0.
 * @throws {@link ArgumentError} for what is not a tensor or a `paddingIndex` that is not a row, {@link BackendMismatchError} for tensors of different backends.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
 * @example
 * ```ts
 * const words = tensor([[2, 0]], { dtype: 'int32' })
 * embedding(tensor([[1, 2], [3, 4], [5, 6]]), words) // [[[5, 6], [1, 2]]]
 * ```
 */
export function embedding<D extends DType>(
  table: Tensor<D>,
  indices: Tensor,
  options: EmbeddingLookupOptions = {},
): Tensor<D> {
  checkInput('embedding', 'table', table)
  checkIndices('embedding', indices, table)
  checkOptionNames('embedding', options, ['paddingIndex'])
  const { shape } = table
  if (shape.length !== 2) {
    throw new ShapeError('the table is not a matrix', {
      op: 'embedding',
      received: { table },
      expected: 'a row for each index: shape [n, d]',
    })
  }
  const { paddingIndex = null } = options
  if (paddingIndex === null) return gatherSlices('embedding', table, indices, 0)
  if (!Number.isInteger(paddingIndex) || paddingIndex < 0 || paddingIndex >= shape[0]!) {
    throw new ArgumentError('paddingIndex is not a row of the table', {
      op: 'embedding',
      received: { table, paddingIndex },
      expected: `a whole number from 0 to ${shape[0]! - 1}`,
    })
  }
  if (!isRecording(table)) return gatherSlices('embedding', table, indices, 0)
  return tidy(() => {
    const rows = gatherSlices('embedding', table, indices, 0)
    const isPadding = insertAxes(equal(indices, paddingIndex), [indices.shape.length])
    return where(isPadding, stopGradient(rows), rows) as Tensor<D>
  })
}
