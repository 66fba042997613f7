import { checkInput } from '../autodiff/inputs.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { sameShape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { explainOutside } from './flat-index.ts'
import { checkIndices, toInt32 } from './gather-along.ts'
import { reshape } from './reshape.ts'
import { addRows, checkPositions } from './rows.ts'

/**
 * The sums of the slices of each segment, out[s] = Σ x[i] over all i with segmentIds[i] = s.
 *
 * The ids come in any order; a segment without slices gets zeros.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param segmentIds An int32 or uint8 tensor that names the segment of each slice, from 0 to `numSegments` − 1; negative ids are out of range. Its shape is that of x's first axis, or of the first few.
 * @param numSegments The number of segments, a whole number of at least 0.
 * @returns A tensor of shape `[numSegments, ...x.shape.slice(segmentIds.rank)]` and x's dtype; bool counts as int32, integers wrap.
 * @throws {@link DTypeError} for ids of another dtype, {@link ShapeError} for ids that are not one for each slice, {@link ArgumentError} for a number of segments that is not a whole number of at least 0, {@link IndexError} for an id out of range, where the backend checks indices; else its slice is dropped.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/unsorted_segment_sum
 * @example
 * ```ts
 * const ids = tensor([1, 0, 1], { dtype: 'int32' })
 * segmentSum(tensor([[1, 2], [3, 4], [5, 6]]), ids, 3) // [[3, 4], [6, 8], [0, 0]]
 * ```
 */
export function segmentSum(x: Tensor, segmentIds: Tensor, numSegments: number): Tensor {
  checkInput('segmentSum', 'x', x)
  checkIndices('segmentSum', segmentIds, x, 'segmentIds')
  if (!Number.isSafeInteger(numSegments) || numSegments < 0) {
    throw new ArgumentError('numSegments is not a whole number of at least 0', {
      op: 'segmentSum',
      received: { numSegments },
    })
  }
  const { length } = segmentIds.shape
  if (length === 0 || !sameShape(segmentIds.shape, x.shape.slice(0, length))) {
    throw new ShapeError('there is not one id for each slice', {
      op: 'segmentSum',
      received: { x, segmentIds },
      expected: `segmentIds of shape [${x.shape[0] ?? '…'}], or of more of x's first axes`,
    })
  }
  checkPositions('segmentSum', numSegments, segmentIds.size, { segmentIds, numSegments })
  const rest = x.shape.slice(length)
  return tidy(() => {
    const numbers = cast(x, commonType('segmentSum', x, x, 'number'))
    const rows = reshape(numbers, [segmentIds.size, sizeOf(rest)])
    const index = reshape(toInt32(segmentIds), [segmentIds.size])
    const sums = explainOutside('segmentSum', { segmentIds }, [numSegments], () =>
      addRows(index, rows, numSegments),
    )
    return reshape(sums, [numSegments, ...rest])
  })
}
