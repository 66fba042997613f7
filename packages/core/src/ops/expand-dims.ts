import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxes } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { insertAxes } from './unit-axes.ts'

/**
 * A view with new axes of size 1; nothing is copied.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`: where the new axes, one or several, lie in the result; negative ones count from its last.
 * @throws {@link ShapeError} for an axis outside the result, or one named twice.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.expand_dims.html
 * @example
 * ```ts
 * expandDims(ones([2, 3]), { axis: 1 }).shape // [2, 1, 3]
 * expandDims(ones([2, 3]), { axis: [0, -1] }).shape // [1, 2, 3, 1]
 * ```
 */
export function expandDims<D extends DType>(
  x: Tensor<D>,
  options: { readonly axis: number | readonly number[] },
): Tensor<D> {
  checkInput('expandDims', 'x', x)
  checkOptionNames('expandDims', options, ['axis'])
  const { axis } = options
  if (typeof axis !== 'number' && !Array.isArray(axis)) {
    throw new ArgumentError('axis is not a number or an array of numbers', {
      op: 'expandDims',
      received: { axis },
      hint: 'expandDims(x, { axis: 0 })',
    })
  }
  const added = typeof axis === 'number' ? 1 : axis.length
  return insertAxes(x, normalizeAxes('expandDims', axis, x.shape.length + added)) as Tensor<D>
}
