import { runBinary, runSelect } from '../dispatch/elementwise.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { arange, checkDType, checkFillValue } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkIndices, toInt32 } from './gather-along.ts'
import { reshape } from './reshape.ts'
import { insertAxes } from './unit-axes.ts'

/** How {@link oneHot} writes. */
export interface OneHotOptions<D extends DType = DType> {
  /** Where the new axis lies in the result. Default: −1, the last. */
  readonly axis?: number
  /** The value at the index. Default: 1. */
  readonly onValue?: number
  /** The value elsewhere. Default: 0. */
  readonly offValue?: number
  /** Default: float32. */
  readonly dtype?: D
}

/**
 * A vector for each index, with one value at the position of the index and another elsewhere.
 *
 * `out[…, k] = indices[…] = k ? onValue : offValue`. An index out of range gives a vector without the one value. No
 * gradient flows.
 *
 * @param indices An int32 or uint8 tensor of any shape.
 * @param depth The length of the vectors, a whole number of at least 0.
 * @param options `axis`, `onValue`, `offValue` and `dtype`.
 * @returns A tensor of the indices' shape with a new axis of size `depth`.
 * @throws {@link DTypeError} for indices of another dtype or a value outside the range of `dtype`, {@link ArgumentError} for a depth that is not a whole number of at least 0, {@link ShapeError} for an axis outside the result.
 * @see https://www.tensorflow.org/api_docs/python/tf/one_hot
 * @example
 * ```ts
 * oneHot(tensor([1, 0], { dtype: 'int32' }), 3) // [[0, 1, 0], [1, 0, 0]]
 * ```
 */
export function oneHot<D extends DType = 'float32'>(
  indices: Tensor,
  depth: number,
  options: OneHotOptions<D> = {},
): Tensor<D> {
  checkIndices('oneHot', indices)
  checkOptionNames('oneHot', options, ['axis', 'onValue', 'offValue', 'dtype'])
  if (!Number.isInteger(depth) || depth < 0) {
    throw new ArgumentError('depth is not a whole number of at least 0', {
      op: 'oneHot',
      received: { depth },
    })
  }
  const rank = indices.shape.length + 1
  const axis = normalizeAxis('oneHot', options.axis ?? -1, rank)
  const dtype = checkDType('oneHot', options.dtype ?? 'float32')
  const on = checkFillValue('oneHot', options.onValue ?? 1, dtype)
  const off = checkFillValue('oneHot', options.offValue ?? 0, dtype)
  return tidy(() => {
    const positions = reshape(
      arange(depth, { dtype: 'int32', backend: indices.storage.backend }),
      Array.from({ length: rank }, (_, i) => (i === axis ? depth : 1)),
    )
    const isOn = runBinary('equal', insertAxes(toInt32(indices), [axis]), positions, 'bool')
    return runSelect(isOn, on, off, dtype) as Tensor<D>
  })
}
