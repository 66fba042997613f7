import { checkInput } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxes } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { removeAxes } from './unit-axes.ts'

/**
 * A view without axes of size 1; nothing is copied.
 *
 * @param x A tensor of any dtype.
 * @param options `axis`, one or several (default: all axes of size 1).
 * @throws {@link ShapeError} for an axis of another size, one that the tensor does not have, or one named twice.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.squeeze.html
 * @example
 * ```ts
 * squeeze(ones([1, 3, 1])).shape // [3]
 * squeeze(ones([1, 3, 1]), { axis: 0 }).shape // [3, 1]
 * ```
 */
export function squeeze<D extends DType>(
  x: Tensor<D>,
  options: { readonly axis?: number | readonly number[] } = {},
): Tensor<D> {
  checkInput('squeeze', 'x', x)
  checkOptionNames('squeeze', options, ['axis'])
  return removeAxes(x, axesToRemove(x, options.axis)) as Tensor<D>
}

function axesToRemove(x: Tensor, axis: number | readonly number[] | undefined): readonly number[] {
  if (axis === undefined) return x.shape.flatMap((side, i) => (side === 1 ? [i] : []))
  const axes = normalizeAxes('squeeze', axis, x.shape.length)
  const wrong = axes.find((a) => x.shape[a] !== 1)
  if (wrong === undefined) return axes
  throw new ShapeError('an axis to remove does not have size 1', {
    op: 'squeeze',
    received: { x, axis },
    expected: `size 1, not ${x.shape[wrong]}, along axis ${wrong}`,
    hint: 'select one element with gather(), or reduce the axis',
  })
}
