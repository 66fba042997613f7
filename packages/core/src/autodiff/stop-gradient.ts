import type { DType } from '../tensor/dtype.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { checkInput } from './inputs.ts'

/**
 * The same values, as a constant: no gradient flows back through the result.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/stop_gradient
 * @example
 * ```ts
 * grad((x: Tensor) => mul(x, stopGradient(x)))(scalar(3)) // 3
 * ```
 */
export function stopGradient<D extends DType>(x: Tensor<D>): Tensor<D> {
  checkInput('stopGradient', 'x', x)
  return alias(x, x.shape, x.strides, x.offset)
}
