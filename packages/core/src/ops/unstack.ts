import { defineMultiOp } from '../autodiff/define-list-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis, type Shape } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { stack } from './stack.ts'
import { withZeros } from './unused-outputs.ts'

const unstackAlong: (inputs: readonly Tensor[], axis: number) => readonly Tensor[] =
  /* @__PURE__ */ defineMultiOp({
    name: 'unstack',
    forward: ([x], axis: number) => {
      const shape = without(x!.shape, axis)
      const strides = without(x!.strides, axis)
      return Array.from({ length: x!.shape[axis]! }, (_, i) =>
        alias(x!, shape, strides, x!.offset + i * x!.strides[axis]!),
      )
    },
    vjpAll: (gradients, [x], _needs, axis) => {
      const shape: Shape = without(x!.shape, axis)
      const parts = withZeros(
        gradients,
        gradients.map(() => shape),
      )
      return [stack(parts, { axis })]
    },
  })

function without(list: readonly number[], axis: number): number[] {
  return list.filter((_, i) => i !== axis)
}

/**
 * The parts of a tensor along an axis, which they lose, as views; nothing is copied.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param options `axis` (default: 0).
 * @returns As many tensors as the axis has elements.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://www.tensorflow.org/api_docs/python/tf/unstack
 * @example
 * ```ts
 * const [first, second] = unstack(tensor([[1, 2], [3, 4]])) // [1, 2] and [3, 4]
 * ```
 */
export function unstack<D extends DType>(
  x: Tensor<D>,
  options: { readonly axis?: number } = {},
): Tensor<D>[] {
  checkInput('unstack', 'x', x)
  checkOptionNames('unstack', options, ['axis'])
  const axis = normalizeAxis('unstack', options.axis ?? 0, x.shape.length)
  return unstackAlong([x], axis) as Tensor<D>[]
}
