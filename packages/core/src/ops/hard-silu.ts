import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { hardSigmoid } from './hard-sigmoid.ts'
import { lessEqual } from './less-equal.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { where } from './where.ts'

/**
 * The sigmoid linear unit with a sigmoid of three straight pieces, x · hardSigmoid(x), element by element; also
 * called hard swish.
 *
 * The gradient is 0 up to −3 and 1 from 3 on.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#hardsilu-function
 * @example
 * ```ts
 * hardSilu(tensor([-3, 0, 1, 4])) // [0, 0, 0.6667, 4]
 * ```
 */
export const hardSilu: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'hardSilu',
  inputs: ['x'],
  save: ['x'],
  // −Infinity · 0 would be NaN.
  forward: (x) => computeFloat(x, (f) => mul(maximum(f, -3), hardSigmoid(f))),
  vjp: {
    x: (g, { x }) => {
      const inside = div(add(mul(x, 2), 3), 6)
      return mul(g, where(lessEqual(x, -3), 0, where(lessEqual(3, x), 1, inside)))
    },
  },
})
