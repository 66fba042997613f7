import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { isFloat } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkActivation } from './activation-options.ts'
import { cast } from './cast.ts'
import { mul } from './mul.ts'
import { sigmoid } from './sigmoid.ts'
import { split } from './split.ts'

/**
 * The gated linear unit: the first half of an axis times the sigmoid of the second half, a · sigmoid(b).
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, of an even size (default: −1).
 * @returns A float tensor, half as large along the axis.
 * @throws {@link ShapeError} for an axis that the tensor does not have, or one of odd size.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#glu-function
 * @example
 * ```ts
 * glu(tensor([3, 0])) // [1.5]
 * ```
 */
export function glu(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  checkActivation('glu', x, options, ['axis'])
  const axis = normalizeAxis('glu', options.axis ?? -1, x.shape.length)
  if (x.shape[axis]! % 2 !== 0) {
    throw new ShapeError('the axis cannot be halved', {
      op: 'glu',
      received: { x, axis },
      expected: 'an axis of even size',
    })
  }
  return tidy(() => {
    const [values, gates] = split(isFloat(x.dtype) ? x : cast(x, 'float32'), 2, { axis })
    return mul(values!, sigmoid(gates!))
  })
}
