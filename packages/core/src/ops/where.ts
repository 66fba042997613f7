import { defineArith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import type { Input } from '../autodiff/node.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { runCast } from '../dispatch/cast.ts'
import { runSelect } from '../dispatch/elementwise.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

const select: (condition: Input, a: Input, b: Input) => Tensor = /* @__PURE__ */ defineArith({
  name: 'where',
  inputs: ['condition', 'a', 'b'],
  save: ['condition'],
  forward: (condition, a, b) => runWhere(condition as Tensor, a, b),
  vjp: {
    condition: null,
    a: (g, { condition }) => where(condition as Tensor, g, 0),
    b: (g, { condition }) => where(condition as Tensor, 0, g),
  },
})

/**
 * The elements of one tensor where a condition holds, and of another where it does not.
 *
 * out = condition ? a : b. What is not chosen has no influence on the value: NaN and infinities there do not spread.
 * Gradients flow to a and b.
 *
 * @param condition A tensor of any dtype; everything but 0 counts as true.
 * @param a A tensor or number of any dtype.
 * @param b The same; the shapes of all three broadcast. Two numbers give float32.
 * @returns A tensor of the broadcast shape and the promoted dtype of a and b.
 * @throws {@link ShapeError} when the shapes do not broadcast.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.where.html
 * @example
 * ```ts
 * where(tensor([true, false]), tensor([1, 2]), tensor([10, 20])) // [1, 20]
 * ```
 */
export function where(condition: Tensor, a: Input, b: Input): Tensor {
  checkInput('where', 'condition', condition)
  return select(condition, a, b)
}

function runWhere(condition: Tensor, a: Input, b: Input): Tensor {
  return tidy(() => {
    const dtype =
      typeof a === 'number' && typeof b === 'number' ? 'float32' : commonType('where', a, b, 'any')
    return runSelect(runCast(condition, 'bool'), withType(a, dtype), withType(b, dtype), dtype)
  })
}

function withType(x: Input, dtype: DType): Input {
  return typeof x === 'number' ? x : runCast(x, dtype)
}
