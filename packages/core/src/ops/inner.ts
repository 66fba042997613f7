import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { contract } from './tensordot.ts'

/**
 * The sums of products along the last axes of two tensors, out[i…, j…] = Σₖ a[i…, k] · b[j…, k]; a scalar scales.
 *
 * @param a A tensor of any dtype.
 * @param b The same.
 * @returns A tensor of a's other axes and then b's, in the promoted dtype; bools are multiplied as int32.
 * @throws {@link ShapeError} when the last axes have different sizes.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.inner.html
 * @example
 * ```ts
 * inner(tensor([1, 2, 3]), tensor([4, 5, 6])) // 32
 * inner(tensor([[1, 2], [3, 4]]), tensor([[1, 0], [1, 1]])) // [[1, 3], [3, 7]]
 * ```
 */
export function inner(a: Tensor, b: Tensor): Tensor {
  checkInput('inner', 'a', a)
  checkInput('inner', 'b', b)
  checkSameBackend('inner', a, b)
  if (a.shape.length === 0 || b.shape.length === 0) return mul(a, b)
  if (a.shape.at(-1) !== b.shape.at(-1)) {
    throw new ShapeError('the last axes have different sizes', { op: 'inner', received: { a, b } })
  }
  return contract(a, b, [a.shape.length - 1], [b.shape.length - 1])
}
