import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { contract } from './tensordot.ts'

/**
 * The sums of products along the last axis of one tensor and the last but one of another, Σₖ a[…, k] · b[…, k, j].
 *
 * Of two vectors it is their scalar product, of two matrices their product; a scalar scales.
 *
 * @param a A tensor of any dtype.
 * @param b The same; a vector is summed over along its only axis.
 * @returns A tensor of a's other axes and then b's, in the promoted dtype; bools are multiplied as int32.
 * @throws {@link ShapeError} when the sizes along the two axes differ.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.dot.html
 * @example
 * ```ts
 * dot(tensor([1, 2, 3]), tensor([4, 5, 6])) // 32
 * dot(ones([2, 3]), ones([4, 3, 5])).shape // [2, 4, 5]
 * ```
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkInput('dot', 'a', a)
  checkInput('dot', 'b', b)
  checkSameBackend('dot', a, b)
  if (a.shape.length === 0 || b.shape.length === 0) return mul(a, b)
  const axes = [a.shape.length - 1, Math.max(b.shape.length - 2, 0)] as const
  if (a.shape[axes[0]] !== b.shape[axes[1]]) {
    throw new ShapeError('the axes to sum over have different sizes', {
      op: 'dot',
      received: { a, b },
      expected: `${a.shape[axes[0]]} (a, axis -1) along axis ${axes[1] - b.shape.length} of b`,
    })
  }
  return contract(a, b, [axes[0]], [axes[1]])
}
