import { checkInput } from '../autodiff/inputs.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import { normalizeAxes } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkFactor } from './activation-options.ts'
import { cast } from './cast.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { rsqrt } from './rsqrt.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

/** How {@link l2Normalize} scales. */
export interface L2NormalizeOptions {
  /** One axis, or several that share one norm. Default: −1, the last. */
  readonly axis?: number | readonly number[]
  /** The least sum of squares that counts as such, greater than 0. Default: 1e-12. */
  readonly epsilon?: number
}

/**
 * A tensor scaled to unit length along an axis, x / √max(Σ x², epsilon).
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: −1), and `epsilon` (default: 1e-12).
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @throws {@link ArgumentError} where x is not a tensor or epsilon not a finite number greater than 0, {@link DisposedError} where x was disposed.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/l2_normalize
 * @example
 * ```ts
 * l2Normalize(tensor([3, 4])) // [0.6, 0.8]
 * ```
 */
export function l2Normalize(x: Tensor, options: L2NormalizeOptions = {}): Tensor {
  checkInput('l2Normalize', 'x', x)
  checkOptionNames('l2Normalize', options, ['axis', 'epsilon'])
  const axis = normalizeAxes('l2Normalize', options.axis ?? -1, x.shape.length)
  const epsilon = checkFactor('l2Normalize', 'epsilon', options.epsilon ?? 1e-12, 'positive')
  return tidy(() => {
    const f = isFloat(x.dtype) ? x : cast(x, 'float32')
    return mul(f, rsqrt(maximum(sum(square(f), { axis, keepDims: true }), epsilon)))
  })
}
