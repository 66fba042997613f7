import { defineOp } from '../autodiff/define-op.ts'
import { runOptionalUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { clip } from './clip.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { sigmoid } from './sigmoid.ts'
import { sub } from './sub.ts'

// Beyond, sigmoid(x) is 0 or 1 in every float dtype, and infinity times 0 would be NaN.
const most = 1e4

/**
 * The sigmoid linear unit x · sigmoid(x), also called swish, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#silu-function
 * @example
 * ```ts
 * silu(tensor([-1, 0, 1])) // [-0.2689, 0, 0.7311]
 * ```
 */
export const silu: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'silu',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runOptionalUnary('silu', x, (f) => mul(maximum(f, -most), sigmoid(f))),
  vjp: {
    x: (g, { x }) => {
      const s = sigmoid(x)
      return mul(g, mul(s, add(1, mul(clip(x, -most, most), sub(1, s)))))
    },
  },
})
