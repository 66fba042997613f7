import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { add } from './add.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { mul } from './mul.ts'
import { reciprocal } from './reciprocal.ts'
import { square } from './square.ts'

// Beyond, the result is ±1 in every float dtype; infinity / infinity would be NaN.
const farthest = 1e20

/**
 * The activation x / (1 + |x|), element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape, with values from −1 to 1.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#softsign-function
 * @example
 * ```ts
 * softsign(tensor([-1, 0, 3])) // [-0.5, 0, 0.75]
 * ```
 */
export const softsign: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'softsign',
  inputs: ['x'],
  save: ['x'],
  forward: (x) =>
    computeFloat(x, (f) => {
      const near = clip(f, -farthest, farthest)
      return div(near, add(abs(near), 1))
    }),
  vjp: { x: (g, { x }) => mul(g, square(reciprocal(add(abs(x), 1)))) },
})
