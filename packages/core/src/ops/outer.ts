import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { reshape } from './reshape.ts'

/**
 * The product of each element of one tensor with each of another, out[i, j] = aᵢ · bⱼ.
 *
 * @param a A tensor of any shape and dtype, taken as a vector of its elements.
 * @param b The same.
 * @returns A matrix of shape [a.size, b.size] in the promoted dtype; bools are multiplied as int32.
 * @throws {@link ArgumentError} for what is no tensor, {@link BackendMismatchError} for tensors of different backends.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.outer.html
 * @example
 * ```ts
 * outer(tensor([1, 2]), tensor([3, 4, 5])) // [[3, 4, 5], [6, 8, 10]]
 * ```
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  checkInput('outer', 'a', a)
  checkInput('outer', 'b', b)
  checkSameBackend('outer', a, b)
  return tidy(() => mul(reshape(a, [a.size, 1]), reshape(b, [1, b.size])))
}
